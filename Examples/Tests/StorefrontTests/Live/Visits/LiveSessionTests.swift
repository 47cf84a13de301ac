import Millrace
import Testing
import Topologies

@testable import Storefront

@Suite struct LiveSessionTests {
    private let gap = Duration.minutes(30)

    private func add(
        _ seconds: [Double], to sessions: inout UserSessions, watermark: Double = 0
    ) -> [SessionChange] {
        seconds.compactMap {
            sessions.add(
                Arrival(event: event(.view, at: $0, page: "/\($0)"), client: .unknown), gap: gap,
                watermark: Timestamp(millis: Int64(watermark * 1000)))
        }
    }

    @Test func aSessionEndsAtAGapOfThirtyMinutes() {
        var sessions = UserSessions()
        _ = add([0, 1799.999, 3599.999], to: &sessions)
        #expect(sessions.sessions.map(\.events) == [2, 1])
    }

    @Test func anEventBetweenTwoSessionsJoinsThem() {
        var sessions = UserSessions()
        _ = add([0, 3000], to: &sessions)
        let changes = add([1500], to: &sessions)
        #expect(changes.first?.before.count == 2)
        #expect(changes.first?.after.count == 1)
        #expect(sessions.sessions.map(\.events) == [3])
        #expect(sessions.sessions.first?.entry == "/0.0")
        #expect(sessions.sessions.first?.exit == "/3000.0")
    }

    @Test func aLateEventOpensAClosedSessionAgain() {
        var sessions = UserSessions()
        _ = add([0], to: &sessions)
        let reached = Timestamp(millis: 1_799_999)
        let closed = sessions.close(gap: gap, watermark: reached, user: "u")
        #expect(closed?.closed.count == 1)
        #expect(closed?.after.first?.isBounce == true)
        let changes = add([60], to: &sessions, watermark: 1799.999)
        #expect(changes.first?.reopened.count == 1)
        #expect(sessions.sessions.map(\.isOpen) == [true])
        // One that is too late for that changes what is closed.
        _ = sessions.close(gap: gap, watermark: .max, user: "u")
        let late = add([120], to: &sessions, watermark: 9999)
        #expect(late.first?.closed.map(\.events) == [3])
    }

    @Test func twentyClosedSessionsAreKept() {
        var sessions = UserSessions()
        for visit in 0..<50 {
            _ = add([Double(visit) * 4000], to: &sessions)
            _ = sessions.close(gap: gap, watermark: .max, user: "u")
        }
        #expect(sessions.sessions.count == 20)
        #expect(sessions.sessions.last?.start == Timestamp(millis: 196_000_000))
    }

    @Test func thePathIsThatOfTheLastHundredSteps() {
        var sessions = UserSessions()
        _ = add((0..<200).map { Double(199 - $0) }, to: &sessions)
        #expect(sessions.sessions.first?.path.count == 100)
        let oldest: Int64 = sessions.sessions.first?.steps.first ?? 0
        #expect(oldest >> 4 == Int64(100_000))
    }

    @Test func theIndexKeepsTheNewestSessions() {
        var list = SessionList()
        for second in (0..<2000).reversed() {
            list.insert(
                SessionEntry(
                    start: Timestamp(millis: Int64(second)), user: ID("\(second % 7)")))
        }
        #expect(list.entries.count == SessionList.limit)
        #expect(list.entries.last?.start.millis == 1999)
        let page = Array(list.page(behind: list.entries[600], limit: 3))
        #expect(page == Array(list.entries[597...599].reversed()))
    }

    @Test func pagesGoOnWhileSessionsComeAndGo() async throws {
        let run = try LiveRun { $0.outOfOrderness = .zero }
        defer { run.remove() }
        let visits = (0..<50).map { event(.view, ID("u\($0)"), at: Double($0 * 10)) }
        let first = try await run.read(behind: visits) { views in
            try await views.sessions(SessionFilter(limit: 20))
        }
        #expect(first.sessions.map(\.user.description) == (30..<50).reversed().map { "u\($0)" })
        // Another session begins, and those that began in the first ten seconds end.
        let more = [event(.view, "v", at: 1810)]
        let (second, open, closed, named, between) = try await run.read(behind: more) { views in
            (
                try await views.sessions(SessionFilter(limit: 40, cursor: first.next)),
                try await views.sessions(SessionFilter(state: .open, limit: 1000)),
                try await views.sessions(SessionFilter(state: .closed)),
                try await views.session(id: "u7-70000"),
                try await views.sessions(
                    SessionFilter(
                        from: Timestamp(millis: 100_000), to: Timestamp(millis: 150_000)))
            )
        }
        #expect(second.sessions.map(\.user.description) == (0..<30).reversed().map { "u\($0)" })
        #expect(second.next == nil)
        #expect(open.sessions.count == 49)
        #expect(closed.sessions.map(\.user) == ["u1", "u0"])
        #expect(named?.path == [.view])
        #expect(between.sessions.map(\.user) == ["u14", "u13", "u12", "u11", "u10"])
    }

    @Test func aCursorOfNobodyIsRefused() async throws {
        let run = try LiveRun()
        defer { run.remove() }
        await #expect(throws: InvalidCursor(cursor: "x")) {
            try await run.read(behind: [event(.view, at: 1)]) {
                try await $0.sessions(SessionFilter(cursor: "x"))
            }
        }
    }
}
