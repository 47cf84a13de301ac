/// Different hashes, which are well mixed already: a `Set` would hash them once more.
///
/// Open addressing with linear probing (Knuth, The Art of Computer Programming 3, 6.4, algorithm L).
struct HashSet: Sendable {
    /// A power of two of them, or none; 0 is an empty one. The hash 0 is counted apart.
    private var slots: [UInt64] = []
    private var hasZero = false
    private(set) var count = 0

    /// - Complexity: O(1) on average.
    mutating func insert(_ hash: UInt64) {
        if hash == 0 {
            if !hasZero { count += 1 }
            hasZero = true
            return
        }
        // A probe looks at two or three slots on average when half of them are used.
        if count * 2 >= slots.count { grow() }
        let slot = slot(of: hash)
        if slots[slot] == hash { return }
        slots[slot] = hash
        count += 1
    }

    func contains(_ hash: UInt64) -> Bool {
        if hash == 0 { return hasZero }
        return !slots.isEmpty && slots[slot(of: hash)] == hash
    }

    /// Passes each hash once, in no order.
    func forEach(_ body: (UInt64) -> Void) {
        if hasZero { body(0) }
        for hash in slots where hash != 0 { body(hash) }
    }

    var all: Set<UInt64> {
        var all: Set<UInt64> = []
        forEach { all.insert($0) }
        return all
    }

    /// Where the hash is, or would go.
    private func slot(of hash: UInt64) -> Int {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] != 0, slots[slot] != hash { slot = (slot + 1) & mask }
        return slot
    }

    private mutating func grow() {
        let old = slots
        slots = [UInt64](repeating: 0, count: max(8, old.count * 2))
        for hash in old where hash != 0 { slots[slot(of: hash)] = hash }
    }
}

extension HashSet: Equatable {
    static func == (a: HashSet, b: HashSet) -> Bool {
        guard a.count == b.count else { return false }
        var isEqual = true
        a.forEach { isEqual = isEqual && b.contains($0) }
        return isEqual
    }
}
