import Foundation
import Millrace

/// A file that an option names, written beside its place and put there once it is whole, so that a run that fails
/// leaves what was there before.
struct NewFile {
    private let path: String
    private let option: String
    /// Behind a link, the file that it leads to: the link stays.
    private let target: String
    private let folder: String

    /// - Throws: ``Failure`` that names the option, the file, and why it cannot be written.
    init(_ path: String, for option: String) throws(Failure) {
        self.path = path
        self.option = option
        target = URL(filePath: path).resolvingSymlinksInPath().path(percentEncoded: false)
        folder = "/" + target.split(separator: "/").dropLast().joined(separator: "/")
        let files = FileManager.default
        var isDirectory: ObjCBool = false
        guard files.fileExists(atPath: folder, isDirectory: &isDirectory) else {
            throw failure("there is no directory '\(folder)'")
        }
        if !isDirectory.boolValue { throw failure("'\(folder)' is no directory") }
        guard files.fileExists(atPath: target, isDirectory: &isDirectory) else { return }
        if isDirectory.boolValue { throw failure("this is a directory, and must be a file") }
        // A pipe or a device would be replaced as well, and whoever reads it would wait for ever.
        let kind = try? files.attributesOfItem(atPath: target)[.type] as? FileAttributeType
        if kind != .typeRegular { throw failure("this is no regular file") }
        if !files.isWritableFile(atPath: target) { throw failure("this user may not write it") }
    }

    private func failure(_ problem: String) -> Failure {
        .inputOutput("\(option) '\(path)': \(problem)")
    }

    /// Writes the file.
    /// - Throws: ``Failure`` if it cannot be written; then what was there before still is.
    func write<Result>(
        _ body: (inout Output) throws -> Result
    ) throws(Failure) -> Result {
        let files = SystemFileSystem()
        // Always the same, so that what an interrupted run leaves is overwritten by the next one.
        let partial = "\(target).partial"
        do {
            var output = Output(file: try files.open(partial, .replace))
            let result = try body(&output)
            try output.finish()
            try files.rename(partial, to: target)
            try files.syncDirectory(folder)
            return result
        } catch {
            // Why it was not written is what matters.
            try? files.remove(partial)
            throw failure((error as? StreamError)?.message ?? "\(error)")
        }
    }

    /// Gathers bytes and writes them in large pieces.
    struct Output {
        fileprivate let file: any StoredFile
        private var bytes: [UInt8] = []
        private var end: Int64 = 0

        fileprivate init(file: any StoredFile) { self.file = file }

        mutating func append(_ more: [UInt8]) throws {
            bytes += more
            if bytes.count > 1 << 20 { try writeOut() }
        }

        private mutating func writeOut() throws {
            try bytes.withUnsafeBytes { try file.write($0, at: end) }
            end += Int64(bytes.count)
            bytes.removeAll(keepingCapacity: true)
        }

        fileprivate mutating func finish() throws {
            try writeOut()
            try file.sync()
        }
    }
}
