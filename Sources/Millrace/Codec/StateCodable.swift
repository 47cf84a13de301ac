/// State that says in which version it is stored.
///
/// Raise the version when the type or the meaning of its fields changes, and say how to read what earlier
/// versions have stored:
///
/// ```swift
/// struct Visits: Codable, VersionedState {
///     var count: Int
///     var last: Timestamp
///     static var stateVersion: Int { 2 }
///     static func migration(from version: Int) -> StateMigration<Visits>? {
///         version == 1 ? .from(Int.self) { Visits(count: $0, last: .none) } : nil
///     }
/// }
/// ```
/// Where there is no migration, a topology with older state is refused at its start.
public protocol VersionedState: Sendable {
    /// The version in which this type stores itself; 1 unless you say otherwise.
    static var stateVersion: Int { get }

    /// How to read what `version` has stored; `nil` if that cannot be done.
    static func migration(from version: Int) -> StateMigration<Self>?
}

extension VersionedState {
    public static var stateVersion: Int { 1 }
    public static func migration(from version: Int) -> StateMigration<Self>? { nil }
}

/// State with a hand-written codec.
///
/// Most state needs none. In this order, a type is stored by its ``StateCodable``, as memory if it is a fixed
/// layout of numbers (structs, enums, optionals and tuples of them), by the codecs of its parts if it is one of
/// the standard library's collections, or by its `Codable`. Any other type is refused when a topology with
/// checkpoints starts.
///
/// ```swift
/// struct Basket: StateCodable {
///     var products: [String: Int]
///     func encode(to writer: inout StateWriter) throws {
///         writer.write(count: products.count)
///         for (product, quantity) in products.sorted(by: { $0.key < $1.key }) {
///             writer.write(product)
///             writer.write(quantity)
///         }
///     }
///     init(from reader: inout StateReader) throws {
///         products = [:]
///         for _ in 0..<(try reader.readCount()) {
///             let product = try reader.read(String.self)
///             products[product] = try reader.read(Int.self)
///         }
///     }
/// }
/// ```
/// Arrays of numbers are read and written at once: `writer.write(counts)`, `reader.read([Int].self)`.
public protocol StateCodable: VersionedState {
    /// Writes the value.
    func encode(to writer: inout StateWriter) throws

    /// Reads what ``encode(to:)`` of the same version has written.
    init(from reader: inout StateReader) throws
}

/// How a value of an earlier version becomes one of this version.
public struct StateMigration<New> {
    let step: any MigrationStep<New>

    /// Reads a value of type `old`, as it was stored then, and turns it into a new one.
    public static func from<Old: Sendable>(
        _ old: Old.Type, _ convert: @escaping (Old) throws -> New
    ) -> StateMigration {
        StateMigration(step: Conversion(convert: convert))
    }

    private struct Conversion<Old: Sendable>: MigrationStep {
        let convert: (Old) throws -> New
    }
}

/// A generic type whose codec is made of those of its parts.
@usableFromInline
protocol CompositeState {
    /// The codec; `stored` is the schema that is to be read, or `nil` to write.
    static func makeCodec(stored: StateSchema?) throws -> StateCodec<Self>
}
