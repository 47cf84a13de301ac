import Foundation

@testable import Millrace

/// A directory that goes away with the test.
final class LogFixture {
    let path = FileManager.default.temporaryDirectory
        .appendingPathComponent("log-" + UUID().uuidString).path

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
        try EventLog(at: path, partitions: partitions, options: options)
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

    /// Flips the bits of one byte.
    func damage(_ file: String, at position: Int) throws {
        var bytes = try bytes(file)
        bytes[position] ^= 0xFF
        try write(bytes, to: file)
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
