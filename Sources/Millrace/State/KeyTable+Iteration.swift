extension KeyTable {
    /// Passes every key and its value, which may be changed in place. Copies the segments that a
    /// snapshot still shares; to read only, use ``visit(_:)``.
    /// - Complexity: O(capacity).
    @inlinable
    public mutating func forEach(_ body: (Key, inout Value) throws -> Void) rethrows {
        for index in 0..<segmentCount where slots[index].count != 0 {
            prepareToWrite(index)
            let segment = slots[index]
            for slot in 0..<segment.capacity where segment.word(at: slot) != 0 {
                try body(segment.key(at: slot), &segment.value(at: slot).pointee)
            }
        }
    }

    /// Passes every key and its value, in the order of ``forEach(_:)``.
    /// - Complexity: O(capacity).
    @inlinable
    public func visit(_ body: (Key, Value) throws -> Void) rethrows {
        for index in 0..<segmentCount where slots[index].count != 0 {
            let segment = slots[index]
            for slot in 0..<segment.capacity where segment.word(at: slot) != 0 {
                try body(segment.key(at: slot), segment.value(at: slot).pointee)
            }
        }
    }

    /// A place in the order of iteration. Valid until a key is inserted or removed; changing values
    /// keeps it valid.
    public struct Cursor: Sendable {
        @usableFromInline var segment = 0
        @usableFromInline var slot = 0

        /// The place before the first key.
        @inlinable
        public init() {}
    }

    /// Passes up to `limit` keys from the cursor on, with values that may be changed in place, and
    /// moves the cursor behind them. Copies the segments that it enters and a snapshot still shares.
    /// - Returns: Whether slots are left to be looked at; they may turn out to be empty.
    @inlinable
    public mutating func next(
        _ cursor: inout Cursor, limit: Int, _ body: (Key, inout Value) throws -> Void
    ) rethrows -> Bool {
        var left = limit
        while left > 0, let place = nextUsed(&cursor) {
            prepareToWrite(place.segment)
            let segment = slots[place.segment]
            try body(segment.key(at: place.slot), &segment.value(at: place.slot).pointee)
            left &-= 1
        }
        return cursor.segment < segmentCount
    }

    /// Passes up to `limit` keys and values from the cursor on and moves the cursor behind them.
    /// - Returns: Whether slots are left to be looked at; they may turn out to be empty.
    @inlinable
    public func visit(
        _ cursor: inout Cursor, limit: Int, _ body: (Key, Value) throws -> Void
    ) rethrows -> Bool {
        var left = limit
        while left > 0, let place = nextUsed(&cursor) {
            let segment = slots[place.segment]
            try body(segment.key(at: place.slot), segment.value(at: place.slot).pointee)
            left &-= 1
        }
        return cursor.segment < segmentCount
    }

    /// The next used slot, with the cursor moved behind it; nil at the end.
    @inlinable @inline(__always)
    func nextUsed(_ cursor: inout Cursor) -> (segment: Int, slot: Int)? {
        while cursor.segment < segmentCount {
            let segment = slots[cursor.segment]
            while segment.count != 0, cursor.slot < segment.capacity {
                let slot = cursor.slot
                cursor.slot &+= 1
                if segment.word(at: slot) != 0 { return (cursor.segment, slot) }
            }
            cursor.segment &+= 1
            cursor.slot = 0
        }
        return nil
    }
}
