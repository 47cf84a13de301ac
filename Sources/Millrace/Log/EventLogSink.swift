/// Appends results to an event log.
///
/// In a topology that takes checkpoints, records are in the log when the checkpoint that covers them is complete,
/// and once: until then they are in hidden files beside the log, named `.NAME.staged-…`. Each transaction is
/// appended as steps of a producer of its own, so that the log itself refuses a commit that is repeated.
/// Without checkpoints records are appended as they come, and again after a crash.
///
/// A run that begins anew, or at an older checkpoint than the newest, appends its results behind what earlier
/// runs have published: a log takes nothing back. Topologies that write to one log must give their sinks
/// different names.
public struct EventLogSink<Element: Sendable>: Sink {
    @usableFromInline
    typealias Gather = @Sendable (borrowing Batch<Element>, inout EventLogRecords) throws -> Void

    let log: SharedEventLog
    /// Encodes a batch. Made where the element's type is known, so that it is specialised.
    let gather: Gather

    /// - Parameters:
    ///   - path: The log's directory, which is created if it is not there. One sink writes to a log; to let
    ///     several do so, open it and give it to each.
    ///   - partitions: How many partitions the log has; fixed when it is created.
    ///   - options: How the log is kept. What a checkpoint covers is durable whatever they say.
    ///   - key: What belongs together: the records of one key are in one partition. Without it the
    ///     partitions take turns.
    ///   - encode: Appends the record's content.
    @inlinable
    public init(
        _ path: String, partitions: Int, options: EventLogOptions = EventLogOptions(),
        key: (@Sendable (Element) -> String)? = nil,
        encode: @escaping @Sendable (Element, inout [UInt8]) throws -> Void
    ) {
        self.init(
            SharedEventLog(path: path, partitions: partitions, options: options),
            Self.gathering(key: key, encode: encode))
    }

    /// A sink that appends to a log that is open; parameters as for ``init(_:partitions:options:key:encode:)``.
    @inlinable
    public init(
        _ log: EventLog, key: (@Sendable (Element) -> String)? = nil,
        encode: @escaping @Sendable (Element, inout [UInt8]) throws -> Void
    ) {
        self.init(SharedEventLog(log), Self.gathering(key: key, encode: encode))
    }

    @usableFromInline
    init(_ log: SharedEventLog, _ gather: @escaping Gather) {
        self.log = log
        self.gather = gather
    }

    @inlinable
    static func gathering(
        key: (@Sendable (Element) -> String)?,
        encode: @escaping @Sendable (Element, inout [UInt8]) throws -> Void
    ) -> Gather {
        { batch, records in
            for index in 0..<batch.count {
                let element = batch.elements[index]
                records.value.removeAll(keepingCapacity: true)
                try encode(element, &records.value)
                if let key {
                    try records.add(key: key(element), at: batch.timestamps[index])
                } else {
                    try records.add(at: batch.timestamps[index])
                }
            }
        }
    }

    public var label: String { "event log \(log.path)" }

    public var delivery: DeliveryGuarantee { .transactional }

    public func writer(for instance: SinkInstance) throws -> EventLogSinkWriter<Element> {
        let log = try log.open(instance.files)
        let staging = instance.usesCheckpoints ? EventLogStaging(log, for: instance) : nil
        return EventLogSinkWriter(log, staging, gather: gather)
    }
}

extension Sink {
    /// An event log whose records are encoded by a closure; see ``EventLogSink``.
    ///
    /// - Parameters:
    ///   - path: The log's directory, which is created if it is not there.
    ///   - partitions: How many partitions the log has; fixed when it is created.
    ///   - options: How the log is kept.
    ///   - key: What belongs together in one partition; without it the partitions take turns.
    ///   - encode: Appends the record's content.
    @inlinable
    public static func eventLog<Element>(
        _ path: String, partitions: Int, options: EventLogOptions = EventLogOptions(),
        key: (@Sendable (Element) -> String)? = nil,
        encode: @escaping @Sendable (Element, inout [UInt8]) throws -> Void
    ) -> Self where Self == EventLogSink<Element> {
        EventLogSink(path, partitions: partitions, options: options, key: key, encode: encode)
    }

    /// An event log of JSON objects; see ``EventLogSink`` and ``JSONEncodableRecord``.
    ///
    /// - Parameters:
    ///   - path: The log's directory, which is created if it is not there.
    ///   - partitions: How many partitions the log has; fixed when it is created.
    ///   - options: How the log is kept.
    ///   - key: What belongs together in one partition; without it the partitions take turns.
    @inlinable
    public static func eventLog<Record: JSONEncodableRecord>(
        _ path: String, partitions: Int, options: EventLogOptions = EventLogOptions(),
        key: (@Sendable (Record) -> String)? = nil
    ) -> Self where Self == EventLogSink<Record> {
        EventLogSink(path, partitions: partitions, options: options, key: key) { record, bytes in
            JSONWriter.append(record, to: &bytes)
        }
    }
}
