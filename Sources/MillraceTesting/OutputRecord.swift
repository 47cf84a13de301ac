public import Millrace
import Synchronization

/// What comes out of a topology: a result, or a watermark behind those before it.
public enum OutputEvent<Output: Sendable>: Sendable {
    case element(TimedElement<Output>)
    case watermark(Timestamp)
}

/// What has come out and has not been looked at yet.
final class OutputRecord<Output: Sendable>: Sendable {
    private let events = Mutex<[OutputEvent<Output>]>([])

    func append(_ event: OutputEvent<Output>) { events.withLock { $0.append(event) } }

    func take() -> [OutputEvent<Output>] {
        events.withLock { events in
            let taken = events
            events = []
            return taken
        }
    }
}

/// Writes results and watermarks into a record, in order.
struct RecordingSink<Element: Sendable>: Sink {
    let record: OutputRecord<Element>

    init(_ record: OutputRecord<Element>) { self.record = record }

    func writer(for instance: SinkInstance) -> Writer { Writer(record: record) }

    struct Writer: SinkWriter {
        let record: OutputRecord<Element>

        mutating func write(_ batch: inout Batch<Element>) {
            for index in 0..<batch.count {
                record.append(
                    .element(
                        TimedElement(
                            element: batch.elements[index], timestamp: batch.timestamps[index])))
            }
        }

        mutating func advance(to watermark: Timestamp) { record.append(.watermark(watermark)) }
    }
}
