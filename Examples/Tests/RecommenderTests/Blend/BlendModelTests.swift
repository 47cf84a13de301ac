import Millrace
import MillraceTesting
import Recommender
import Testing

@Suite struct BlendModelTests {
    @Test func findsTheRuleThatHolds() {
        var model = BlendModel()
        var sessions: [[ItemID]] = []
        for _ in 0..<50 { sessions += [[1, 2], [3, 4], [5, 6]] }
        model.learn(sessions: sessions)
        #expect(model.recommend(after: [1]).first == 2)
        #expect(model.recommend(after: [3]).first == 4)
        #expect(model.recommend(after: [5]).first == 6)
    }

    @Test func rulesGoBackAsWell() {
        var model = BlendModel()
        var sessions: [[ItemID]] = []
        for _ in 0..<3 { for pair in ItemID(1)...200 { sessions.append([pair, 1000 + pair]) } }
        model.learn(sessions: sessions)
        // Only the rule back tells item 5 from the 399 others, none of which is popular.
        #expect(model.recommend(after: [1005], count: 2, excludesSeen: true).contains(5))
        #expect(model.recommend(after: [5]).first == 1005)
    }

    @Test func learnsWhetherSessionsRepeat() {
        var random = SeededGenerator(seed: 3)
        var returning = BlendModel()
        var moving = BlendModel()
        var returns: [[ItemID]] = []
        var moves: [[ItemID]] = []
        for _ in 0..<300 {
            let item = ItemID.random(in: 1...200, using: &random)
            returns.append([item, item])
            moves.append([item, ItemID.random(in: 1...20, using: &random)])
        }
        returning.learn(sessions: returns)
        moving.learn(sessions: moves)
        // An item that nobody has seen before the request: only the habit speaks for it.
        returning.learn(visit(777, session: 5000, user: 5000, at: 600), after: [])
        moving.learn(visit(777, session: 5000, user: 5000, at: 600), after: [])
        #expect(returning.recommend(after: [777]).first == 777)
        #expect(moving.recommend(after: [777]).first != 777)
        #expect(!returning.recommend(after: [777], excludesSeen: true).contains(777))
    }

    @Test func followsWhatIsPopularNow() {
        var model = BlendModel()
        var sessions: [[ItemID]] = []
        for number in 0..<2000 { sessions.append([ItemID(1000 + number), number < 1000 ? 1 : 2]) }
        model.learn(sessions: sessions)
        let list = model.recommend(after: [1500], at: 4000)
        #expect(list.first == 2)
    }

    @Test func isDeterministicAndAValue() {
        var random = SeededGenerator(seed: 7)
        let sessions = (0..<200).map { _ in
            (0..<4).map { _ in ItemID.random(in: 1...50, using: &random) }
        }
        var a = BlendModel()
        var b = BlendModel()
        a.learn(sessions: sessions)
        b.learn(sessions: sessions)
        var snapshot = a
        let before = snapshot.recommend(after: [3, 4])
        #expect(b.recommend(after: [3, 4]) == before)
        #expect(before.count == 20)
        #expect(Set(before).count == 20)
        a.learn(sessions: sessions.reversed())
        #expect(snapshot.recommend(after: [3, 4]) == before)
    }

    @Test func anUnknownSessionGetsNothing() {
        var model = BlendModel()
        #expect(model.recommend(after: [1]) == [])
    }
}
