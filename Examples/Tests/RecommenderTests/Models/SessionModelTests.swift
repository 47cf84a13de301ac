import Millrace
import MillraceTesting
import Recommender
import Testing

/// Small examples whose lists can be worked out by hand.
@Suite struct SessionModelTests {
    @Test func popularityCountsVisitsAndPrefersTheSmallerId() {
        var model = PopularityModel(leaderLimit: 3)
        model.learn(sessions: [[5, 2, 9], [9, 2], [9, 7, 7, 7, 7]])
        #expect(model.recommend(after: [1], count: 2) == [7, 9])
        #expect(model.recommend(after: [7], count: 2, excludesSeen: true) == [9, 2])
        // More than the leaders: a pass over all items.
        #expect(model.recommend(after: [1], count: 9) == [7, 9, 2, 5])
    }

    @Test(arguments: UInt64(1)...10)
    func popularityLeadersAreExact(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var model = PopularityModel(leaderLimit: 8)
        var counts: [ItemID: Int] = [:]
        for _ in 0..<500 {
            let item = ItemID.random(in: 0..<40, using: &random)
            counts[item, default: 0] += 1
            model.learn(visit(item), after: [])
            let best = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(8)
            #expect(model.recommend(after: [99], count: 8) == best.map(\.key))
        }
    }

    @Test func recentPopularityKnowsWholeMinutesOfTheHorizonOnly() {
        var model = RecentPopularityModel(horizon: .seconds(120))
        model.learn(visit(1, at: 0), after: [])
        model.learn(visit(1, at: 30), after: [])
        #expect(model.recommend(after: [9], at: 59) == [])
        model.learn(visit(2, at: 70), after: [])
        #expect(model.recommend(after: [9], at: 119) == [1])
        #expect(model.recommend(after: [9], at: 120) == [1, 2])
        #expect(model.recommend(after: [9], at: 180) == [2])
        #expect(model.recommend(after: [9], at: 300) == [])
    }

    @Test func covisitationIsTheCosineOfSessions() {
        var model = CovisitationModel()
        model.learn(sessions: [[1, 2], [1, 3], [3], [3], [1, 1, 4, 3]])
        // 1 is in 3 sessions; 2: 1/√3, 3: 2/√12 = 1/√3, 4: 1/√3. Ties by id.
        #expect(model.recommend(after: [9, 1]) == [2, 3, 4])
        var deep = CovisitationModel(depth: 5)
        deep.learn(sessions: [[1, 2], [1, 3], [3], [3], [1, 1, 4, 3]])
        // 3 adds 1: 2/√12, 4: 1/2; 1 adds 2, 3, 4 as above.
        #expect(deep.recommend(after: [1, 3]) == [4, 1, 2, 3])
        #expect(deep.recommend(after: [1, 3], excludesSeen: true) == [4, 2])
    }

    @Test func theBatchModelServesTheLastPeriod() {
        var model = BatchModel(PopularityModel(), every: .seconds(100))
        model.learn(visit(1, at: 10), after: [])
        #expect(model.recommend(after: [9], at: 99) == [])
        #expect(model.recommend(after: [9], at: 100) == [1])
        model.learn(visit(2, at: 150), after: [])
        #expect(model.recommend(after: [9], at: 199) == [1])
        #expect(model.recommend(after: [9], at: 200) == [1, 2])
    }

    @Test func sequentialRulesWeighBySteps() {
        var model = SequentialRulesModel()
        model.learn(sessions: [[1, 2, 3], [1, 3], [1, 2, 4]])
        // From 1: 2 twice 1; 3 1/2 + 1; 4 1/2.
        #expect(model.recommend(after: [1]) == [2, 3, 4])
        #expect(model.recommend(after: [3]) == [])
        var short = SequentialRulesModel(stepLimit: 1)
        short.learn(sessions: [[1, 2, 3]])
        #expect(short.recommend(after: [1]) == [2])
    }

    @Test func associationRulesGoBothWays() {
        var model = AssociationRulesModel()
        model.learn(sessions: [[1, 2, 3], [3, 1], [4, 4]])
        #expect(model.recommend(after: [1]) == [3, 2])
        #expect(model.recommend(after: [3]) == [1, 2])
        #expect(model.recommend(after: [4]) == [4])
    }

    @Test func sessionNeighboursWeighBySimilarityAndDistance() {
        var model = SessionNeighboursModel()
        model.learn(sessions: [[1, 10], [2, 20], [1, 2, 30]])
        // After 1, 2: session 0 shares 1 (weight ½, 2 steps back), 1 shares 2 (weight 1, 1 step),
        // 2 shares both (1½, 1 step). Scores: 30: ¾; 1: ¾ + ⅛; 2: ¾ + ½; 20: ½; 10: ⅛.
        #expect(model.recommend(after: [1, 2]) == [2, 1, 30, 20, 10])
        #expect(model.recommend(after: [1, 2], excludesSeen: true) == [30, 20, 10])
        var newest = SessionNeighboursModel(neighbourCount: 5, sampleSize: 1)
        newest.learn(sessions: [[1, 10], [1, 20]])
        #expect(newest.recommend(after: [1]) == [1, 20])
    }
}
