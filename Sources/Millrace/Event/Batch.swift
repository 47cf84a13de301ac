/// A run of elements and their timestamps, side by side: what flows through a topology.
///
/// Everything that is done per event is done in a loop over a batch; closures, channels and locks
/// are paid once per batch. `elements` and `timestamps` always have the same count.
public struct Batch<Element: Sendable>: Sendable {
    /// The elements in arrival order.
    public var elements: ContiguousArray<Element>
    /// The elements' event times, at the same indices.
    public var timestamps: ContiguousArray<Timestamp>

    /// An empty batch.
    @inlinable
    public init() {
        elements = []
        timestamps = []
    }

    /// A batch of the given columns, which must have the same count.
    @inlinable
    public init(elements: ContiguousArray<Element>, timestamps: ContiguousArray<Timestamp>) {
        precondition(elements.count == timestamps.count, "a batch has one timestamp per element")
        self.elements = elements
        self.timestamps = timestamps
    }

    /// How many events the batch holds.
    @inlinable
    public var count: Int { elements.count }

    /// Whether the batch holds no event.
    @inlinable
    public var isEmpty: Bool { elements.isEmpty }

    /// Appends one event.
    /// - Complexity: O(1) on average.
    @inlinable @inline(__always)
    public mutating func append(_ element: consuming Element, at timestamp: Timestamp) {
        elements.append(element)
        timestamps.append(timestamp)
    }

    /// Replaces the content by `count` events that `make` makes from their index, and keeps the storage
    /// if nobody else holds it: the fastest way to fill a batch.
    @inlinable @inline(__always)
    public mutating func refill(count: Int, _ make: (Int) throws -> (Element, Timestamp)) rethrows {
        guard count > 0 else {
            removeAll()
            return
        }
        // The loop below writes to elements that are there; growing is for the first batch.
        if self.count < count {
            let (element, timestamp) = try make(0)
            while self.count < count { append(element, at: timestamp) }
        } else if self.count > count {
            elements.removeLast(self.count - count)
            timestamps.removeLast(timestamps.count - count)
        }
        try elements.withUnsafeMutableBufferPointer { elements in
            try timestamps.withUnsafeMutableBufferPointer { timestamps in
                for index in 0..<count {
                    (elements[index], timestamps[index]) = try make(index)
                }
            }
        }
    }

    /// Makes room for `count` events in all.
    @inlinable
    public mutating func reserveCapacity(_ count: Int) {
        elements.reserveCapacity(count)
        timestamps.reserveCapacity(count)
    }

    /// Removes every event and keeps the storage if nobody else holds it.
    @inlinable
    public mutating func removeAll() {
        elements.removeAll(keepingCapacity: true)
        timestamps.removeAll(keepingCapacity: true)
    }
}

/// How many events a full batch holds: large enough to pay for a channel or a closure call, small
/// enough to stay in the first-level cache.
@inlinable
var batchCapacity: Int { 512 }
