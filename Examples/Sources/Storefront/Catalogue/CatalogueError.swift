/// Why a catalogue's file cannot be used. The one that was used before stays in use.
public struct CatalogueError: Error, Sendable, CustomStringConvertible {
    /// What is wrong with the file.
    public enum Reason: Sendable, Equatable {
        /// It cannot be read.
        case unreadable
        /// The record of this number, from 1, is no product.
        case malformed(record: Int)
        /// It has no product at all. A shop that sells nothing is more likely a file that is half written.
        case empty
    }

    public var path: String
    public var reason: Reason
    public var cause: (any Error)?

    public var description: String {
        let detail = cause.map { " (\($0))" } ?? ""
        return switch reason {
        case .unreadable: "the file '\(path)' cannot be read\(detail)"
        case .malformed(let record): "record \(record) of '\(path)' is no product\(detail)"
        case .empty: "the file '\(path)' has no products"
        }
    }
}
