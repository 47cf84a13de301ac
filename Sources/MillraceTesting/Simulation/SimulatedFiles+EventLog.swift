import Millrace
import Synchronization

extension SimulatedFiles {
    /// The event logs that there are.
    var eventLogs: [String] {
        let mark = "/log.meta"
        return state.withLock { $0.names.keys.filter { $0.hasSuffix(mark) } }
            .map { String($0.dropLast(mark.count)) }.sorted()
    }

    /// Whether a file is part of an event log. Readers of one go by its marks, so that what is behind them may
    /// be cut off.
    func isInEventLog(_ path: String) -> Bool {
        eventLogs.contains { path.hasPrefix($0 + "/") }
    }

    /// The records of an event log, with their keys and times, sorted.
    ///
    /// - Throws: ``StreamError`` if there is no such log, or it is damaged.
    public func eventLogRecords(_ path: String) throws -> [String] {
        let prefix = path + "/"
        let partitions = Set(
            state.withLock { $0.names.keys.filter { $0.hasPrefix(prefix) } }
                .compactMap { Int($0.dropFirst(prefix.count).prefix { $0 != "/" }) })
        var lines: [String] = []
        for partition in partitions {
            let reader = try EventLogReader(at: path, partition: partition, files: self)
            while try reader.read(
                limit: 1000,
                { record in
                    let key = record.key.map { String(decoding: $0, as: UTF8.self) + " " } ?? ""
                    let value = String(decoding: record.value, as: UTF8.self)
                    lines.append("\(path): \(key)\(value) at \(record.timestamp.millis)")
                }) > 0
            {}
        }
        return lines.sorted()
    }
}
