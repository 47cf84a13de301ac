import Millrace
import Synchronization

/// Gives each split's events up to a number that is raised from outside, so that a test decides what a
/// checkpoint covers.
struct GatedSource: Source {
    let splits: [[Event]]
    let gate: Gate

    /// How many events of each split may be read.
    final class Gate: Sendable {
        private let count: Atomic<Int>

        init(_ count: Int = 0) { self.count = Atomic(count) }

        var allowed: Int { count.load(ordering: .acquiring) }
        func allow(_ count: Int) { self.count.store(count, ordering: .releasing) }
        func allowAll() { allow(.max) }
    }

    func splits(preferred: Int) -> [SourceSplit] {
        splits.indices.map {
            SourceSplit(id: "split \($0)", size: Int64(splits[$0].count))
        }
    }

    func reader(for split: SourceSplit, from position: SourcePosition?) throws -> Reader {
        guard let index = splits(preferred: 1).firstIndex(where: { $0.id == split.id }) else {
            throw StreamError(.inputOutput, "there is no split '\(split.id)'")
        }
        return Reader(events: splits[index], gate: gate, next: Int(position?.offset ?? 0))
    }

    struct Reader: SourceReader {
        let events: [Event]
        let gate: Gate
        var next: Int

        mutating func read(
            into batch: inout Batch<Event>, limit: Int,
            reject: (String, StreamError) throws -> Void
        ) -> SourceStatus {
            let end = min(events.count, gate.allowed)
            let start = next
            next = min(max(start, end), start + limit)
            batch.refill(count: next - start) { index in
                let event = events[start + index]
                return (event, Timestamp(millis: event.time))
            }
            if next == events.count { return .finished }
            return next < end ? .more : .waiting
        }

        mutating func waitForMore(atMost limit: Duration, by clock: TimeSource) async {
            await Task.yield()
        }

        var position: SourcePosition { SourcePosition(offset: Int64(next), detail: "gated") }
    }
}

/// A line of a test's output.
struct TextRow: JSONEncodableRecord, Sendable {
    var text: String

    func encode(to json: inout JSONWriter) { json.field("row", text) }
}

extension RunningTopology {
    /// Waits until an operator has received so many elements.
    func waitUntil(_ name: String, hasReceived count: Int) async throws {
        while await metrics()[name]?.received ?? 0 < count {
            try Task.checkCancellation()
            await Task.yield()
        }
    }
}
