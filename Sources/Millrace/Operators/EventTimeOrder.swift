extension DataStream {
    /// The elements in the order of their event times; of equal times in arrival order.
    ///
    /// Elements are held back until the watermark has reached them. One that comes behind the watermark
    /// is late: it is counted, and goes to the side output `late` of type ``LateElement``. The order is
    /// that of each parallel instance.
    /// - Complexity: O(log n) per element that is held back, O(1) for those that come in order.
    @inlinable
    public func inEventTimeOrder(name: String? = nil) -> DataStream<Element> {
        chained("inEventTimeOrder", name: name, isStateful: true, as: Element.self) {
            context, port in
            OperatorBox.port(EventTimeOrderOperator(), context: context, to: port)
        }
    }
}

/// Holds elements back until the watermark has reached them.
@usableFromInline
struct EventTimeOrderOperator<Element: Sendable>: Operator {
    @usableFromInline
    struct Held: Comparable, Sendable {
        @usableFromInline let timestamp: Timestamp
        /// Keeps elements of equal times in arrival order.
        @usableFromInline let number: UInt64
        @usableFromInline let element: Element

        @inlinable
        init(timestamp: Timestamp, number: UInt64, element: Element) {
            self.timestamp = timestamp
            self.number = number
            self.element = element
        }

        @inlinable
        static func < (a: Held, b: Held) -> Bool {
            (a.timestamp, a.number) < (b.timestamp, b.number)
        }

        @inlinable
        static func == (a: Held, b: Held) -> Bool {
            (a.timestamp, a.number) == (b.timestamp, b.number)
        }
    }

    /// The elements that are held back, and how far event time has come.
    @usableFromInline
    struct Snapshot: Sendable {
        @usableFromInline var held = NearlySortedQueue<Held>()
        @usableFromInline var nextNumber: UInt64 = 0
        @usableFromInline var watermark = Timestamp.none

        @inlinable
        init() {}
    }

    @usableFromInline var state = Snapshot()

    @inlinable
    init() {}

    @inlinable
    mutating func process(
        _ batch: inout Batch<Element>, into output: inout Emitter<Element>
    ) throws {
        for index in 0..<batch.count {
            let timestamp = batch.timestamps[index]
            guard timestamp != .none else { throw StreamError.noTimestamp }
            if timestamp <= state.watermark {
                output.context.counters.late += 1
                try output.emit(
                    LateElement(
                        element: batch.elements[index], timestamp: timestamp, missedAll: true),
                    at: timestamp, to: lateOutput(of: Element.self))
                continue
            }
            state.held.insert(
                Held(
                    timestamp: timestamp, number: state.nextNumber,
                    element: batch.elements[index]))
            state.nextNumber += 1
        }
    }

    @inlinable
    mutating func advance(
        to watermark: Timestamp, into output: inout Emitter<Element>
    ) throws -> Progress {
        while let due = nextDue, due <= watermark {
            if output.isFull { return .more }
            guard let first = state.held.popFirst() else { break }
            try output.emit(first.element, at: first.timestamp)
        }
        state.watermark = watermark
        return .done
    }

    @inlinable
    mutating func snapshot() -> Snapshot { state }

    @inlinable
    mutating func restore(_ snapshots: [Snapshot], owning groups: GroupOwnership) throws {
        // Elements belong to no key: the first instance takes over what all of them held.
        guard groups.range.lowerBound == 0 else { return }
        for snapshot in snapshots {
            for held in snapshot.held.elements.sorted(by: { $0.number < $1.number }) {
                state.held.insert(
                    Held(
                        timestamp: held.timestamp, number: state.nextNumber,
                        element: held.element))
                state.nextNumber += 1
            }
        }
        state.watermark = snapshots.map(\.watermark).min() ?? .none
    }

    @inlinable
    var bufferedCount: Int { state.held.count }

    @inlinable
    var nextDue: Timestamp? { state.held.first { $0.timestamp } }
}

extension EventTimeOrderOperator.Snapshot: StateCodable {
    @usableFromInline
    func encode(to writer: inout StateWriter) throws {
        writer.write(watermark.millis)
        writer.write(nextNumber)
        try writer.write(value: held.elements)
    }

    @usableFromInline
    init(from reader: inout StateReader) throws {
        watermark = Timestamp(millis: try reader.read(Int64.self))
        nextNumber = try reader.read(UInt64.self)
        for element in try reader.read(value: ContiguousArray<EventTimeOrderOperator.Held>.self) {
            held.insert(element)
        }
    }
}
