/// A batch in the making, on its way to one partition: adding to it costs no more than the copy.
@usableFromInline
struct PartitionBuffer<Element: Sendable>: ~Copyable {
    // Safety: both columns have room for `capacity` values, of which the first `count` are
    // initialised; they are owned here alone and freed in `deinit`.
    @usableFromInline let elements: UnsafeMutablePointer<Element>
    @usableFromInline let timestamps: UnsafeMutablePointer<Timestamp>
    @usableFromInline let capacity: Int
    @usableFromInline var count = 0

    @inlinable
    init(capacity: Int) {
        self.capacity = capacity
        elements = .allocate(capacity: capacity)
        timestamps = .allocate(capacity: capacity)
    }

    @inlinable
    deinit {
        elements.deinitialize(count: count)
        elements.deallocate()
        timestamps.deallocate()
    }

    @inlinable
    var isEmpty: Bool { count == 0 }

    @inlinable @inline(__always)
    var isFull: Bool { count == capacity }

    /// Adds an event; there must be room for it.
    @inlinable @inline(__always)
    mutating func append(_ element: Element, at timestamp: Timestamp) {
        (elements + count).initialize(to: element)
        (timestamps + count).initialize(to: timestamp)
        count &+= 1
    }

    /// What has been added, which leaves the buffer empty.
    @inlinable
    mutating func take() -> Batch<Element> {
        defer { count = 0 }
        return Batch(
            elements: Self.moved(elements, count), timestamps: Self.moved(timestamps, count))
    }

    @inlinable
    static func moved<Value>(
        _ values: UnsafeMutablePointer<Value>, _ count: Int
    ) -> ContiguousArray<Value> {
        ContiguousArray(unsafeUninitializedCapacity: count) { buffer, initialized in
            buffer.baseAddress?.moveInitialize(from: values, count: count)
            initialized = count
        }
    }
}
