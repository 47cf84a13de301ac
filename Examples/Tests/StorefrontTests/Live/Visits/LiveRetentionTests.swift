import Millrace
import Testing
import Topologies

@testable import Storefront

@Suite struct LiveRetentionTests {
    /// Days later only what has a fixed size, or is about the last event, is left.
    @Test func stateIsBoundedWhenTimeHasPassed() async throws {
        let run = try LiveRun()
        defer { run.remove() }
        let events = LiveTraffic.events(count: 1000)
        let end = (events.last?.time ?? .none) + .days(4)
        let later = [ShopEvent(.view, user: "later", product: "p", time: end)]
        let counts = try await run.read(behind: events + later) { views in
            let running = views.running
            return [
                try await running.state(
                    "live-sessions", key: ID.self, value: UserSessions.self
                ).count,
                try await running.state(
                    "recent-steps", key: ID.self, value: RecentSteps.self
                ).count,
                try await running.state("activity", key: Int64.self, value: HourActivity.self)
                    .count,
                try await running.state(
                    "audience-sketches", key: Int64.self, value: MinuteSketch.self
                ).count,
                try await running.state(
                    "event-counts", key: Int64.self, value: HourCounts.self
                ).count,
                try await running.state("journeys", key: Int64.self, value: HourJourneys.self)
                    .count,
                try await running.state(
                    "funnel-minutes", key: FunnelMinute.self, value: [Int].self
                ).count,
            ]
        }
        #expect(counts.allSatisfy { $0 <= 2 })
        let (page, activity) = try await run.read(behind: []) { views in
            (try await views.sessions(), try await views.activity())
        }
        #expect(page.sessions.map(\.user) == ["later"])
        #expect(activity.events.total == 1)
        #expect(activity.sessions == SessionFigures(open: 1))
        #expect(activity.activeUsers.map(\.users) == [1, 1, 1])
    }
}
