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
    let files: any LogFiles

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
        try files.names(in: partitionPath(partition)).compactMap { name in
            name.utf8.count == 24 && name.hasSuffix(".log") ? Int64(name.dropLast(4)) : nil
        }
        .sorted()
    }

    /// How many partitions the log has; `nil` if there is no log.
    func partitionCount() throws -> Int? {
        guard let file = try files.openForReading(metaPath) else { return nil }
        var bytes = [UInt8](repeating: 0, count: try file.size())
        _ = try bytes.withUnsafeMutableBytes { try file.read(into: $0, at: 0) }
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

    private static let format: Substring = "millrace event log 1"

    /// Says, in one step, that the log is there.
    func writeMeta(partitions: Int) throws {
        let draft = metaPath + ".new"
        let file = try files.openForWriting(draft)
        let text = Array("\(Self.format)\npartitions \(partitions)\n".utf8)
        try file.truncate(to: 0)
        try text.withUnsafeBytes { try file.write($0, at: 0) }
        try file.sync()
        try files.rename(draft, to: metaPath)
        try files.syncDirectory(path)
        try files.syncDirectory(path + "/..")
    }
}
