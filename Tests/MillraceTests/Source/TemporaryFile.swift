import Foundation

/// A file that lives as long as the tests run.
struct TemporaryFile: Sendable {
    let path: String

    private static let folder: String = {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("millrace-\(UUID().uuidString)")
        try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        atexit { try? FileManager.default.removeItem(atPath: TemporaryFile.folder) }
        return folder.path
    }()

    init(_ text: String = "") throws {
        path = "\(Self.folder)/\(UUID().uuidString)"
        try write(text)
    }

    /// Empties the file and writes `text`.
    func write(_ text: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    func append(_ text: String) throws {
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(text.utf8))
        try handle.close()
    }

    func truncate(to count: UInt64) throws {
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try handle.truncate(atOffset: count)
        try handle.close()
    }

    /// Puts a new file with `text` in the place of this one.
    func replace(by text: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    }
}

/// A directory that goes away with the test that holds it.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path =
            FileManager.default.temporaryDirectory
            .appendingPathComponent("millrace-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// A new directory in it.
    func inner() throws -> String {
        let inner = "\(path)/\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: inner, withIntermediateDirectories: false)
        return inner
    }
}
