/// The best `capacity` items by score, then by smaller id: a sorted array, because lists are short.
struct RankedItems {
    private(set) var entries: [(item: ItemID, score: Double)] = []
    let capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
        entries.reserveCapacity(capacity + 1)
    }

    /// Offers an item, each at most once.
    ///
    /// - Complexity: O(1) for an item that is not good enough, else O(capacity).
    mutating func offer(_ item: ItemID, score: Double) {
        if entries.count == capacity {
            guard let last = entries.last, Self.precedes((item, score), last) else { return }
            entries.removeLast()
        }
        var place = entries.count
        while place > 0, Self.precedes((item, score), entries[place - 1]) { place -= 1 }
        entries.insert((item, score), at: place)
    }

    var items: [ItemID] { entries.map(\.item) }

    private static func precedes(
        _ a: (item: ItemID, score: Double), _ b: (item: ItemID, score: Double)
    ) -> Bool {
        a.score != b.score ? a.score > b.score : a.item < b.item
    }

    /// The best `count` items of a table of scores, without the excluded ones.
    static func best(
        _ count: Int, of scores: some Sequence<(key: ItemID, value: Double)>,
        excluding excluded: Set<ItemID>
    ) -> [ItemID] {
        var ranked = RankedItems(capacity: count)
        for (item, score) in scores where !excluded.contains(item) {
            ranked.offer(item, score: score)
        }
        return ranked.items
    }
}
