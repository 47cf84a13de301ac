/// Values by the slice of time in which they are due: a ring of lists.
///
/// - Complexity: every operation is O(1); the values are stored in one array.
struct Calendar<Value> {
    private struct Entry {
        var value: Value
        /// The entry behind it in its list, or in the list of entries that are free; -1 for none.
        var next: Int32
    }

    private var entries: ContiguousArray<Entry> = []
    private var heads: ContiguousArray<Int32>
    private var free: Int32 = -1

    /// - Parameter slots: More than the number of slices between the earliest and the latest value.
    init(slots: Int) { heads = ContiguousArray(repeating: -1, count: slots) }

    /// Stores a value, which is not due before it is scheduled.
    mutating func insert(_ value: Value) -> Int32 {
        if free >= 0 {
            let place = free
            free = entries[Int(place)].next
            entries[Int(place)] = Entry(value: value, next: -1)
            return place
        }
        entries.append(Entry(value: value, next: -1))
        return Int32(entries.count - 1)
    }

    mutating func schedule(_ place: Int32, at slice: Int64) {
        let slot = slot(of: slice)
        entries[Int(place)].next = heads[slot]
        heads[slot] = place
    }

    /// Gives its storage to other values.
    mutating func remove(_ place: Int32) {
        entries[Int(place)].next = free
        free = place
    }

    /// The first value of a slice, whose list is no longer kept.
    mutating func takeList(of slice: Int64) -> Int32? {
        let slot = slot(of: slice)
        defer { heads[slot] = -1 }
        return heads[slot] >= 0 ? heads[slot] : nil
    }

    func next(after place: Int32) -> Int32? {
        let next = entries[Int(place)].next
        return next >= 0 ? next : nil
    }

    subscript(place: Int32) -> Value {
        _read { yield entries[Int(place)].value }
        _modify { yield &entries[Int(place)].value }
    }

    private func slot(of slice: Int64) -> Int {
        Int(slice.floorRemainder(by: Int64(heads.count)))
    }
}
