/// Keeps the elements with the greatest scores, ties broken by the smaller key.
///
/// - Complexity: O(log limit + limit) per element that makes it into the list, O(1) for others.
@frozen
public struct Top<Input: Sendable, Score: Comparable & Sendable, Key: Comparable & Sendable>:
    Aggregate
{
    @usableFromInline let limit: Int
    @usableFromInline let score: @Sendable (Input) -> Score
    @usableFromInline let key: @Sendable (Input) -> Key

    @inlinable
    init(
        limit: Int, score: @escaping @Sendable (Input) -> Score,
        key: @escaping @Sendable (Input) -> Key
    ) {
        precondition(limit > 0, "a ranking has at least one place")
        self.limit = limit
        self.score = score
        self.key = key
    }

    /// An element with its score and tie breaker.
    @frozen
    public struct Entry: Sendable {
        @usableFromInline let element: Input
        @usableFromInline let score: Score
        @usableFromInline let key: Key

        @inlinable
        init(element: Input, score: Score, key: Key) {
            self.element = element
            self.score = score
            self.key = key
        }

        @inlinable
        func ranksBefore(_ other: Entry) -> Bool {
            score != other.score ? score > other.score : key < other.key
        }
    }

    @inlinable
    public func makeAccumulator() -> [Entry] { [] }

    @inlinable
    public func add(_ element: borrowing Input, at timestamp: Timestamp, to best: inout [Entry]) {
        let element = copy element
        place(Entry(element: element, score: score(element), key: key(element)), in: &best)
    }

    @inlinable
    public func merge(_ other: [Entry], into best: inout [Entry]) {
        for entry in other { place(entry, in: &best) }
    }

    @inlinable
    public func result(of best: [Entry]) -> [Input] { best.map(\.element) }

    @inlinable
    func place(_ entry: Entry, in best: inout [Entry]) {
        if best.count == limit, let last = best.last, !entry.ranksBefore(last) { return }
        var low = 0
        var high = best.count
        while low < high {
            let middle = (low + high) / 2
            if best[middle].ranksBefore(entry) { low = middle + 1 } else { high = middle }
        }
        best.insert(entry, at: low)
        if best.count > limit { best.removeLast() }
    }
}

extension Aggregation {
    /// The `limit` elements with the greatest `score`, best first; of equal scores the one with the
    /// smaller `key`.
    @inlinable
    public static func top<Score, Key>(
        _ limit: Int, by score: @escaping @Sendable (Input) -> Score,
        thenBy key: @escaping @Sendable (Input) -> Key
    ) -> Self where Base == Top<Input, Score, Key> {
        Self(Top(limit: limit, score: score, key: key))
    }
}
