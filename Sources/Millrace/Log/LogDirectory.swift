/// Where the files of an event log are.
///
/// ```
/// events/log.meta                       format and number of partitions; renamed into place
/// events/log.lock                       held by the writer
/// events/log.committed                  how far readers may read; see `CommitMarks`
/// events/0/00000000000000000000.log     partition 0, segment that begins at offset 0
/// events/0/00000000000000000000.index   its sparse index; see `SegmentIndex`
/// ```
struct LogDirectory: Sendable {
    let path: String
    let files: any FileSystem

    var metaPath: String { "\(path)/log.meta" }
    var lockPath: String { "\(path)/log.lock" }
    var marksPath: String { "\(path)/log.committed" }

    func partitionPath(_ partition: Int) -> String { "\(path)/\(partition)" }

    func segmentPath(_ partition: Int, _ base: Int64) -> String {
        "\(partitionPath(partition))/\(Self.padded(base)).log"
    }

    func indexPath(_ partition: Int, _ base: Int64) -> String {
        "\(partitionPath(partition))/\(Self.padded(base)).index"
    }

    /// Twenty digits, so that listings are in order.
    private static func padded(_ base: Int64) -> String {
        let digits = "\(base)"
        return String(repeating: "0", count: 20 - digits.utf8.count) + digits
    }

    /// The first offsets of a partition's segments, ascending.
    func segments(of partition: Int) throws -> [Int64] {
        try files.list(partitionPath(partition)).compactMap { name in
            name.utf8.count == 24 && name.hasSuffix(".log") ? Int64(name.dropLast(4)) : nil
        }
        .sorted()
    }

    /// How many partitions the log has; `nil` if there is no log.
    func partitionCount() throws -> Int? {
        guard let file = try files.openExisting(metaPath) else { return nil }
        let bytes = try file.read(Int(file.size()), at: 0)
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        let words = lines.count == 2 ? lines[1].split(separator: " ") : []
        guard lines.first == Self.format, words.count == 2, words[0] == "partitions",
            let count = Int(words[1]), count > 0
        else {
            throw StreamError(
                .incompatibleState,
                "'\(metaPath)' is not that of an event log of this format (\(Self.format))")
        }
        return count
    }

    /// Up to where readers have been let, per partition; `nil` where it cannot be told any more.
    func committed(partitions: Int) throws -> [CommitMarks.Mark?] {
        guard let file = try files.openExisting(marksPath) else { return [] }
        let marks = CommitMarks(file: file, path: marksPath)
        return try (0..<partitions).map { partition in
            do { return try marks.read(partition: partition) } catch let error as StreamError
                where error.code == .malformedInput
            { return nil }
        }
    }

    private static let format: Substring = "millrace event log 1"

    /// Says, in one step, that the log is there.
    func writeMeta(partitions: Int) throws {
        let draft = metaPath + ".new"
        let file = try files.open(draft, .replace)
        try file.write(Array("\(Self.format)\npartitions \(partitions)\n".utf8), at: 0)
        try file.sync()
        try files.rename(draft, to: metaPath)
        try files.syncDirectory(path)
        try files.syncDirectory(Millrace.directory(of: path))
    }

    /// Becomes the log's writer.
    /// - Throws: ``StreamError`` with code `inputOutput` if there is another one.
    func lock() throws -> any FileLock {
        do { return try files.lock(lockPath) } catch {
            throw StreamError(
                .inputOutput,
                "the event log '\(path)' cannot be opened for writing; there is one writer at a "
                    + "time, and any number of readers", cause: error)
        }
    }
}
