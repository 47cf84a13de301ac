/// The items with the largest fading counts, best first, exactly.
///
/// All counts of a horizon fade by the same factor, so their order changes only for the item that
/// is counted: looking at this one keeps the list exact.
struct Leaders: Codable {
    private(set) var items: [Int32] = []
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// Puts a just counted item where it belongs; `weight` gives the count of an item as of now.
    ///
    /// - Complexity: O(limit).
    mutating func update(_ item: Int32, weight: (Int32) -> Float) {
        var place: Int
        if let known = items.firstIndex(of: item) {
            place = known
        } else {
            items.append(item)
            place = items.count - 1
        }
        let own = weight(item)
        while place > 0, weight(items[place - 1]) < own {
            items.swapAt(place, place - 1)
            place -= 1
        }
        if items.count > limit { items.removeLast() }
    }
}
