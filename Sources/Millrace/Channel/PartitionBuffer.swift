/// A batch in the making, on its way to one partition: adding to it costs no more than the copy, and taking it
/// when it is full costs none.
@usableFromInline
struct PartitionBuffer<Element: Sendable>: ~Copyable {
    @usableFromInline var elements: ColumnBuffer<Element>
    @usableFromInline var timestamps: ColumnBuffer<Timestamp>
    @usableFromInline let capacity: Int
    @usableFromInline var count = 0
    /// The timestamps of the last batch whose events all had the same: partial results of a pane have its start.
    /// Batches share such a column, so that it is not carried from core to core with each of them.
    @usableFromInline var repeated: ContiguousArray<Timestamp> = []

    @inlinable
    init(capacity: Int) {
        self.capacity = capacity
        elements = ColumnBuffer(capacity: capacity)
        timestamps = ColumnBuffer(capacity: capacity)
    }

    @inlinable
    deinit { elements.base.deinitialize(count: count) }

    @inlinable
    var isEmpty: Bool { count == 0 }

    @inlinable @inline(__always)
    var isFull: Bool { count == capacity }

    /// Adds an event; there must be room for it.
    @inlinable @inline(__always)
    mutating func append(_ element: Element, at timestamp: Timestamp) {
        (elements.base + count).initialize(to: element)
        (timestamps.base + count).initialize(to: timestamp)
        count &+= 1
    }

    /// What has been added, which leaves the buffer empty.
    @inlinable
    mutating func take() -> Batch<Element> {
        defer { count = 0 }
        return Batch(elements: elements.take(count), timestamps: takeTimestamps())
    }

    @inlinable
    mutating func takeTimestamps() -> ContiguousArray<Timestamp> {
        let added = UnsafeBufferPointer(start: timestamps.base, count: count)
        guard let timestamp = added.uniform else { return timestamps.take(count) }
        if repeated.count != count || repeated.first != timestamp {
            repeated = ContiguousArray(repeating: timestamp, count: count)
        }
        return repeated
    }
}

extension UnsafeBufferPointer<Timestamp> {
    /// The timestamp that all are, if they are the same.
    @inlinable
    var uniform: Timestamp? {
        guard let first, self[count - 1] == first else { return nil }
        // Without a branch, so that it is done with many at a time.
        var difference: Int64 = 0
        for timestamp in self { difference |= timestamp.millis ^ first.millis }
        return difference == 0 ? first : nil
    }
}

/// A column of a batch in the making. Its owner knows how many values it holds.
///
/// Values without references are written to where they stay: in the storage of an array that is handed over
/// when it is full. Others are moved there.
@usableFromInline
struct ColumnBuffer<Value>: ~Copyable {
    @usableFromInline let capacity: Int
    /// Where values are written to.
    ///
    /// Safety: has room for `capacity` values. It is the storage of `array` if that is used, which nobody else
    /// has and which is changed through this pointer alone until it is given away; else memory of its own,
    /// freed in `deinit`.
    @usableFromInline var base: UnsafeMutablePointer<Value>
    @usableFromInline var array: ContiguousArray<Value>

    /// Whether any bytes are as good as a value, so that an array may hold what has not been written yet.
    @inlinable @inline(__always)
    static var isTrivial: Bool { _isPOD(Value.self) }

    @inlinable
    init(capacity: Int) {
        self.capacity = capacity
        if Self.isTrivial {
            (array, base) = Self.makeArray(capacity)
        } else {
            array = []
            base = .allocate(capacity: capacity)
        }
    }

    @inlinable
    deinit {
        if !Self.isTrivial { base.deallocate() }
    }

    @inlinable
    static func makeArray(_ capacity: Int) -> (ContiguousArray<Value>, UnsafeMutablePointer<Value>)
    {
        // Safety: an array's storage stays where it is while nobody changes the array or holds it as well.
        var base: UnsafeMutablePointer<Value>?
        let array = ContiguousArray<Value>(unsafeUninitializedCapacity: capacity) {
            base = $0.baseAddress
            $1 = capacity
        }
        guard let base else { preconditionFailure("a buffer has room") }
        return (array, base)
    }

    /// Takes the first `count` values, which are all there are.
    @inlinable
    mutating func take(_ count: Int) -> ContiguousArray<Value> {
        if Self.isTrivial && count == capacity {
            let full = array
            (array, base) = Self.makeArray(capacity)
            return full
        }
        return ContiguousArray(unsafeUninitializedCapacity: count) { buffer, initialized in
            buffer.baseAddress?.moveInitialize(from: base, count: count)
            initialized = count
        }
    }
}
