import Millrace
import Recommender
import Testing

@Suite struct PrequentialEvaluationTests {
    @Test func predictsBeforeItLearns() {
        var evaluation = PrequentialEvaluation(["rules": SequentialRulesModel()])
        evaluation.consume(visit(1, session: 1))
        evaluation.consume(visit(2, session: 1))  // no rule from 1 yet: a miss
        evaluation.consume(visit(1, session: 2))
        evaluation.consume(visit(3, session: 2))  // list 2: a miss
        evaluation.consume(visit(1, session: 3))
        evaluation.consume(visit(3, session: 3))  // list 2, 3: second place
        let score = evaluation.entries[0].score
        #expect(evaluation.visitCount == 6)
        #expect(score.predictions == 3)
        #expect(score.hits == 1)
        #expect(score.hitRate == 1.0 / 3)
        #expect(score.meanReciprocalRank == 0.5 / 3)
    }

    @Test func leavesOutSeenItemsWhereAsked() {
        var evaluation = PrequentialEvaluation(["all": PopularityModel()], excludesSeen: true)
        for _ in 0..<3 { evaluation.consume(visit(1)) }
        #expect(evaluation.entries[0].score.predictions == 2)
        #expect(evaluation.entries[0].score.hits == 0)
    }

    @Test func sessionsSplitAtTheGapItself() {
        var sessions = GapSessions(gap: .seconds(30))
        let first = sessions.session(of: 1, at: Timestamp(millis: 0))
        #expect(sessions.session(of: 1, at: Timestamp(millis: 29_999)) == first)
        #expect(sessions.session(of: 2, at: Timestamp(millis: 29_999)) != first)
        let second = sessions.session(of: 1, at: Timestamp(millis: 59_999))
        #expect(second != first)
        // An older event joins the session that is open.
        #expect(sessions.session(of: 1, at: Timestamp(millis: 10)) == second)
    }
}
