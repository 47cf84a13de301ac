import Foundation
import Millrace

/// Where a feed is, in a small file that is replaced in one step.
struct FeedFile<State: Codable>: Sendable {
    let path: String

    init(_ name: String, in data: String) throws {
        let directory = "\(data)/feeds"
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true)
        path = "\(directory)/\(name).json"
    }

    /// What was saved last; `nil` if nothing was.
    /// - Throws: ``Failure`` if the file is there and cannot be understood.
    func load() throws -> State? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        do {
            return try JSONDecoder().decode(
                State.self, from: Data(contentsOf: URL(filePath: path)))
        } catch {
            throw Failure.data(
                "'\(path)' cannot be read; remove it, and the feed begins anew")
        }
    }

    func save(_ state: State) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        try encoder.encode(state).write(to: URL(filePath: path), options: .atomic)
    }
}
