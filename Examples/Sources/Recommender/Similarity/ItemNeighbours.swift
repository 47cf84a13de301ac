public import Millrace

/// An item that users rate together with another one.
public struct SimilarItem<ID: Hashable & Comparable & Sendable>: Sendable, Equatable {
    /// The similar item.
    public let item: ID
    /// The sum over users of the smaller of the two ratings.
    public let pairCount: Double
    /// The sum of the ratings of the similar item.
    public let itemCount: Double
    /// `pairCount` / sqrt(item counts of both).
    public let similarity: Double

    @inlinable
    init(item: ID, pairCount: Double, itemCount: Double, similarity: Double) {
        self.item = item
        self.pairCount = pairCount
        self.itemCount = itemCount
        self.similarity = similarity
    }
}

/// An item's count and pair counts, the state of one key of the item-keyed half of similarities.
///
/// Counts are sums, so the order of the changes does not matter, except through a neighbour limit.
/// They are whole numbers, held exactly, as long as they do not age.
///
/// Source: Huang et al., "TencentRec: real-time stream recommendation in practice", SIGMOD 2015.
public struct ItemNeighbours<ID: Hashable & Comparable & Sendable & Codable>: Sendable, Codable {
    @usableFromInline var epoch = 0
    @usableFromInline var itemCount = 0.0
    @usableFromInline var pairCounts: [ID: Double] = [:]

    /// An item without ratings.
    @inlinable
    public init() {}

    /// The pair counts with other items; where counts age, in units that only compare within an item.
    @inlinable
    public var pairs: [ID: Double] { pairCounts }

    /// The item's count as of `time`.
    @inlinable
    public func count(at time: Timestamp, options: SimilarityOptions) -> Double {
        let age = CountAge(time, options)
        return itemCount * age.scale(from: epoch) / age.weight
    }

    /// Adds the rise of a user's rating of this item.
    ///
    /// - Complexity: O(1) amortised.
    @inlinable
    public mutating func addRating(
        _ delta: Int, at time: Timestamp, options: SimilarityOptions = SimilarityOptions()
    ) {
        let weight = weight(at: time, options)
        itemCount += Double(delta) * weight
    }

    /// Adds the rise of a pair count of this item and `other`.
    ///
    /// - Returns: Whether there are so many neighbours now that it should be pruned.
    /// - Complexity: O(1) amortised.
    @inlinable
    @discardableResult
    public mutating func addPair(
        _ other: ID, _ delta: Int, at time: Timestamp,
        options: SimilarityOptions = SimilarityOptions()
    ) -> Bool {
        let weight = weight(at: time, options)
        pairCounts[other, default: 0] += Double(delta) * weight
        return needsPruning(options)
    }

    /// Adds what an event has changed for its item: the rise of the rating and of the pair counts.
    ///
    /// - Returns: Whether there are so many neighbours now that it should be pruned.
    /// - Complexity: O(pairs).
    @inlinable
    @discardableResult
    public mutating func add(
        _ change: RatingChange<ID>, at time: Timestamp,
        options: SimilarityOptions = SimilarityOptions()
    ) -> Bool {
        let weight = weight(at: time, options)
        itemCount += Double(change.rating) * weight
        for (other, delta) in change.pairs {
            pairCounts[other, default: 0] += Double(delta) * weight
        }
        return needsPruning(options)
    }

    /// The most similar items: by pairCount² / itemCount of the other, which is the order of the
    /// similarities, then by smaller id.
    ///
    /// `countOf` gives the count of another item as of the same `time`, 0 if it has none.
    ///
    /// - Complexity: O(neighbours · log neighbours).
    @inlinable
    public func similar(
        _ limit: Int, at time: Timestamp, options: SimilarityOptions = SimilarityOptions(),
        countOf: (ID) -> Double
    ) -> [SimilarItem<ID>] {
        let age = CountAge(time, options)
        let scale = age.scale(from: epoch) / age.weight
        let own = itemCount * scale
        var ranked: [(order: Double, item: SimilarItem<ID>)] = []
        ranked.reserveCapacity(pairCounts.count)
        for (other, count) in pairCounts {
            let theirs = countOf(other)
            let pair = count * scale
            guard theirs > 0, own > 0 else { continue }
            ranked.append(
                (
                    pair * pair / theirs,
                    SimilarItem(
                        item: other, pairCount: pair, itemCount: theirs,
                        similarity: pair / (own * theirs).squareRoot())
                ))
        }
        ranked.sort { $0.order != $1.order ? $0.order > $1.order : $0.item.item < $1.item.item }
        return ranked.prefix(limit).map(\.item)
    }

    /// What an event at `time` adds to the counts, which are first brought to its epoch.
    @inlinable
    mutating func weight(at time: Timestamp, _ options: SimilarityOptions) -> Double {
        let age = CountAge(time, options)
        if age.epoch > epoch { advance(to: age) }
        // An event of an earlier epoch, out of order: its own age, seen from the current epoch.
        return age.epoch == epoch
            ? age.weight
            : age.weight
                * exponential(Double(age.epoch - epoch) * CountAge.halfLivesPerEpoch)
    }

    @inline(never) @usableFromInline
    mutating func advance(to age: CountAge) {
        let scale = age.scale(from: epoch)
        itemCount *= scale
        pairCounts = pairCounts.compactMapValues {
            $0 * scale > CountAge.negligible ? $0 * scale : nil
        }
        epoch = age.epoch
    }

    /// Whether it holds twice as many neighbours as `options` allow, so that pruning pays.
    @inlinable
    public func needsPruning(_ options: SimilarityOptions) -> Bool {
        guard let limit = options.neighbourLimit else { return false }
        return pairCounts.count >= 2 * limit
    }

    /// Forgets all but the best neighbours, by pairCount² / itemCount of the other, then by smaller
    /// id. Without knowledge of the other counts (all equal) that is by pair count, which loses
    /// rare but similar items.
    ///
    /// - Complexity: O(neighbours) on average, once for every limit-many new neighbours; O(n log n) where n of
    ///   them are as good as the last that stays.
    @inlinable
    public mutating func prune(
        _ options: SimilarityOptions, countOf: (ID) -> Double = { _ in 1 }
    ) {
        guard let limit = options.neighbourLimit, pairCounts.count > limit else { return }
        let orders = pairCounts.map { item, pair in
            let theirs = countOf(item)
            return theirs > 0 ? pair * pair / theirs : 0
        }
        let least = orders.greatest(limit)
        var kept = 0
        var (equal, worse): ([ID], [ID]) = ([], [])
        for (item, order) in zip(pairCounts.keys, orders) {
            if order > least {
                kept += 1
            } else if order == least {
                equal.append(item)
            } else {
                worse.append(item)
            }
        }
        if kept + equal.count > limit {
            equal.sort()
            worse += equal[(limit - kept)...]
        }
        // In place: the table keeps its room for as many again.
        for item in worse { pairCounts[item] = nil }
    }
}
