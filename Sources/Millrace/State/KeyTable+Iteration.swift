extension KeyTable {
    /// A place in an iteration over a table that is not changed meanwhile.
    public struct Cursor: Sendable {
        @usableFromInline var segment = 0
        @usableFromInline var slot = 0

        /// The beginning.
        @inlinable
        public init() {}
    }

    /// Calls `body` with up to `limit` further keys and their values, in the table's order.
    /// - Returns: Whether there may be more.
    @inlinable
    public func next(
        _ cursor: inout Cursor, limit: Int, _ body: (Key, Value) throws -> Void
    ) rethrows -> Bool {
        var left = limit
        while cursor.segment < segments.count {
            let head = heads[cursor.segment]
            while cursor.slot <= head.mask {
                let slot = head.slots + cursor.slot
                cursor.slot &+= 1
                if slot.pointee.tag == 0 { continue }
                try body(slot.pointee.key, slot.pointee.value)
                left &-= 1
                if left == 0 { return true }
            }
            cursor.segment &+= 1
            cursor.slot = 0
        }
        return false
    }

    /// Calls `body` with every key and its value, in the table's order.
    @inlinable
    public func forEach(_ body: (Key, Value) throws -> Void) rethrows {
        var cursor = Cursor()
        while try next(&cursor, limit: .max, body) {}
    }

    /// Removes the keys for which `shouldRemove` holds; it may change the values of the others.
    @inlinable
    public mutating func removeAll(where shouldRemove: (Key, inout Value) throws -> Bool) rethrows {
        for index in segments.indices {
            makeUnique(index)
            let segment = segments[index]
            var doomed: [Key] = []
            for slot in 0..<segment.capacity where segment.slots[slot].tag != 0 {
                let key = segment.slots[slot].key
                if try shouldRemove(key, &segment.slots[slot].value) { doomed.append(key) }
            }
            for key in doomed { removeValue(for: key, hash: key.stableHash) }
        }
    }

    /// Empties the table.
    /// - Parameter keepingCapacity: Whether its memory is kept for the next use.
    @inlinable
    public mutating func removeAll(keepingCapacity: Bool = false) {
        if keepingCapacity, !mayBeShared {
            for segment in segments { segment.removeAll() }
            keyCount = 0
        } else {
            mayBeShared = false
            reset(minimumCapacity: keepingCapacity ? count : 0)
        }
    }
}
