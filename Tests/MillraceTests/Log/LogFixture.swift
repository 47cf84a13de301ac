import Foundation

@testable import Millrace

/// A directory that goes away with the test.
final class LogFixture {
    let path = FileManager.default.temporaryDirectory
        .appendingPathComponent("log-" + UUID().uuidString).path

    private let files: any FileSystem

    /// - Parameter syncs: Whether the log waits for the device; tests that open it hundreds of times and
    ///   let nothing crash need not.
    init(syncs: Bool = true) { files = syncs ? SystemFileSystem() : UnsyncedFiles() }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    struct Record: Equatable, Sendable {
        var offset: Int64
        var key: String?
        var value: String
        var time: Timestamp
    }

    func open(
        partitions: Int = 1, _ options: EventLogOptions = EventLogOptions()
    ) throws -> EventLog {
        try EventLog(at: path, partitions: partitions, options: options, files: files)
    }

    /// What a reader sees from `start` on, `limit` records at a time.
    func records(
        _ partition: Int = 0, from start: EventLogStart = .earliest,
        damage: EventLogDamage = .fail, limit: Int = 1000
    ) throws -> [Record] {
        let reader = try EventLogReader(
            at: path, partition: partition, from: start, damage: damage)
        return try reader.rest(limit: limit)
    }

    func values(_ partition: Int = 0, from start: EventLogStart = .earliest) throws -> [String] {
        try records(partition, from: start).map(\.value)
    }

    /// The segment files of a partition, ascending.
    func segments(_ partition: Int = 0) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(path)/\(partition)").sorted()
            .filter { $0.hasSuffix(".log") }.map { "\(path)/\(partition)/\($0)" }
    }

    func bytes(_ file: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: file)))
    }

    func write(_ bytes: some Sequence<UInt8>, to file: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: file))
    }

    /// Forgets how far readers have been let, as if what is torn next had not been acknowledged.
    func forgetMarks() throws {
        try FileManager.default.removeItem(atPath: path + "/log.committed")
    }

    /// Flips the bits of one byte, in place.
    func damage(_ file: String, at position: Int) throws {
        let byte = try bytes(file)[position] ^ 0xFF
        guard let handle = FileHandle(forUpdatingAtPath: file) else {
            throw CocoaError(.fileNoSuchFile)
        }
        defer { handle.closeFile() }
        try handle.seek(toOffset: UInt64(position))
        try handle.write(contentsOf: [byte])
    }
}

extension EventLogReader {
    func rest(limit: Int = 1000) throws -> [LogFixture.Record] {
        var records: [LogFixture.Record] = []
        while try read(
            limit: limit,
            { record in
                records.append(
                    LogFixture.Record(
                        offset: record.offset,
                        key: record.key.map { String(decoding: $0, as: UTF8.self) },
                        value: String(decoding: record.value, as: UTF8.self),
                        time: record.timestamp))
            }) > 0
        {}
        return records
    }
}

extension EventLogBatch {
    init(_ values: [String], at time: Int64 = 0) throws {
        self.init()
        for value in values { try append(value, at: Timestamp(millis: time)) }
    }
}

/// The system's files, without waiting for the device.
private struct UnsyncedFiles: FileSystem {
    let system = SystemFileSystem()

    func open(_ path: String, _ mode: FileMode) throws -> any StoredFile {
        File(try system.open(path, mode))
    }
    func createDirectory(_ path: String) throws { try system.createDirectory(path) }
    func list(_ directory: String) throws -> [String] { try system.list(directory) }
    func rename(_ path: String, to other: String) throws { try system.rename(path, to: other) }
    func remove(_ path: String) throws { try system.remove(path) }
    func exists(_ path: String) -> Bool { system.exists(path) }
    func syncDirectory(_ path: String) throws {}
    func lock(_ path: String) throws -> any FileLock { try system.lock(path) }

    private final class File: StoredFile {
        let file: any StoredFile

        init(_ file: any StoredFile) { self.file = file }

        func size() throws -> Int64 { try file.size() }
        func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws -> Int {
            try file.read(into: buffer, at: offset)
        }
        func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws {
            try file.write(bytes, at: offset)
        }
        func truncate(to size: Int64) throws { try file.truncate(to: size) }
        func sync() throws {}
    }
}
