import Millrace
import MillraceTesting
import Recommender
import Testing

@Suite struct ItemSimilaritiesTests {
    @Test func countsAHandComputedExample() {
        var similarities = ItemSimilarities<String, String>()
        similarities.record("a", of: "anna", weight: 1)
        similarities.record("b", of: "anna", weight: 3)
        similarities.record("a", of: "anna", weight: 2)
        similarities.record("a", of: "bert", weight: 3)
        similarities.record("c", of: "bert", weight: 1)
        // anna: a 2, b 3; bert: a 3, c 1.
        #expect(similarities.count(of: "a") == 5)
        #expect(similarities.count(of: "b") == 3)
        let similar = similarities.similar(to: "a")
        #expect(similar.map(\.item) == ["b", "c"])
        #expect(similar.map(\.pairCount) == [2, 1])
        #expect(similar[0].similarity == 2 / (5.0 * 3).squareRoot())
        #expect(similarities.similar(to: "unknown").isEmpty)
    }

    @Test func equalSimilaritiesAreOrderedById() {
        var similarities = ItemSimilarities<Int, Int>()
        for item in [7, 9, 3, 5] { similarities.record(item, of: 1, weight: 1) }
        #expect(similarities.similar(to: 7).map(\.item) == [3, 5, 9])
        #expect(similarities.similar(to: 7, limit: 2).map(\.item) == [3, 5])
    }

    @Test(arguments: UInt64(1)...20)
    func equalsTheBatchDefinitionInAnyOrder(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var ratings: [Int: [Int: Int]] = [:]
        var similarities = ItemSimilarities<Int, Int>()
        for _ in 0..<400 {
            let user = Int.random(in: 0..<12, using: &random)
            let item = Int.random(in: 0..<20, using: &random)
            let weight = Int.random(in: 1...3, using: &random)
            similarities.record(item, of: user, weight: weight)
            let old = ratings[user]?[item] ?? 0
            ratings[user, default: [:]][item] = max(old, weight)
        }
        for item in 0..<20 {
            let count = ratings.values.reduce(0) { $0 + ($1[item] ?? 0) }
            #expect(similarities.count(of: item) == Double(count))
            var pairs: [Int: Double] = [:]
            for user in ratings.values {
                guard let own = user[item] else { continue }
                for (other, rating) in user where other != item {
                    pairs[other, default: 0] += Double(min(own, rating))
                }
            }
            #expect(similarities.items[item]?.pairs ?? [:] == pairs)
        }
    }

    @Test func aHistoryLimitForgetsTheOldestItem() {
        var user = UserRatings<Int>()
        let options = SimilarityOptions(historyLimit: 2)
        _ = user.record(1, weight: 1, options: options)
        _ = user.record(2, weight: 1, options: options)
        _ = user.record(1, weight: 1, options: options)
        let change = user.record(3, weight: 1, options: options)
        #expect(change?.pairs.map(\.other) == [1])
        #expect(user.count == 2)
    }

    @Test func aNeighbourLimitKeepsTheMostSimilar() {
        var similarities = ItemSimilarities<Int, Int>(
            options: SimilarityOptions(neighbourLimit: 3))
        for item in 1...5 {
            for user in 0..<item {
                similarities.record(100, of: item * 10 + user, weight: 1)
                similarities.record(item, of: item * 10 + user, weight: 1)
            }
        }
        similarities.record(6, of: 10, weight: 1)
        #expect(similarities.items[100]?.pairs.count == 3)
        #expect(similarities.similar(to: 100).map(\.item) == [5, 4, 3])
    }

    @Test func countsAgeByHalfLives() {
        let hour = Timestamp(millis: 0) + .seconds(3600)
        var similarities = ItemSimilarities<Int, Int>(
            options: SimilarityOptions(halfLife: .seconds(3600)))
        similarities.record(1, of: 1, weight: 2, at: Timestamp(millis: 0))
        similarities.record(2, of: 1, weight: 2, at: Timestamp(millis: 0))
        similarities.record(1, of: 2, weight: 1, at: hour)
        #expect(abs(similarities.count(of: 1) - 2) < 1e-9)
        #expect(abs(similarities.similar(to: 1)[0].pairCount - 1) < 1e-9)
        // 200 half-lives later nothing of it is left, and the counts have not overflowed.
        similarities.record(1, of: 3, weight: 1, at: hour + .seconds(3600 * 200))
        #expect(abs(similarities.count(of: 1) - 1) < 1e-9)
        #expect(similarities.similar(to: 1).isEmpty)
    }
}
