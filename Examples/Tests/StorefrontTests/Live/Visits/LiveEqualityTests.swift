import Foundation
import Millrace
import Testing
import Topologies

@testable import Storefront

/// What is live at the end of a stream is what the topologies for recordings make of it, in whatever order the
/// events came, and with a restart in between.
@Suite struct LiveEqualityTests {
    private static let events = LiveTraffic.events()
    /// Minutes with a good part of the stream before them.
    private static var minutes: [Int64] {
        let last = events[events.count - 2].time.minute
        return [last - 90, last - 37, last - 1]
    }

    private func figures(
        _ parts: [[ShopEvent]], parallelism: Int = 1
    ) async throws -> (figures: LiveFigures, sessions: [String]) {
        let run = try LiveRun()
        defer { run.remove() }
        let minutes = Self.minutes
        var figures: LiveFigures?
        for part in parts {
            figures = try await run.read(behind: part, parallelism: parallelism) {
                try await LiveFigures($0, minutes: minutes)
            }
        }
        return (try #require(figures), try run.archive("sessions").sorted())
    }

    @Test func orderAndRestartsDoNotMatter() async throws {
        let inOrder = try await figures([Self.events])
        let shuffled = LiveTraffic.shuffled(Self.events, by: .minutes(20), seed: 5)
        let half = shuffled.count / 2
        let other = try await figures([Array(shuffled[..<half]), Array(shuffled[half...])])
        #expect(other.figures.differences(from: inOrder.figures) == [])
        #expect(other.sessions == inOrder.sessions)
        let parallel = try await figures([shuffled], parallelism: 3)
        #expect(parallel.figures.differences(from: inOrder.figures) == [])
        #expect(parallel.sessions == inOrder.sessions)
    }

    @Test func theEndIsThatOfTheRecording() async throws {
        let live = try await figures([Self.events]).figures
        try await compareSessions(live)
        try await compareActivity(live)
        try await compareJourneys(live)
        try await compareFunnels(live)
        let alerts = try await batch(Self.events) { Storefront.alerts($0) }
        #expect(
            Set(alerts.map { ShopAlert(alert: $0).id }).isSuperset(of: live.alerts.alerts.map(\.id))
        )
        #expect(!live.alerts.alerts.isEmpty)
    }

    private func compareSessions(_ live: LiveFigures) async throws {
        let expected = try await batch(Self.events) { shopSessions($0) }
            .filter { $0.user != LiveTraffic.last }
            .map { session in
                let summary = session.summary
                return SessionView(
                    user: session.user, state: .closed, start: summary.start, end: summary.end,
                    events: summary.events, depth: summary.views, carts: summary.carts,
                    purchases: summary.purchases,
                    revenue: Money(thousandths: summary.revenue), isBot: false, device: .unknown,
                    entry: summary.entry, exit: summary.exit)
            }
            .sorted { ($1.start, $0.user.description) < ($0.start, $1.user.description) }
        let found = live.sessions.filter { $0.user != LiveTraffic.last }.map { session in
            var session = session
            session.device = .unknown
            return session
        }
        #expect(found == expected)
        let figures = live.activity.sessions
        #expect(figures.open == 1)
        #expect(figures.closed == expected.count)
        let count = Double(expected.count)
        #expect(figures.bounceRate == Double(expected.count(where: \.isBounce)) / count)
        #expect(figures.conversionRate == Double(expected.count(where: \.isConverted)) / count)
        #expect(figures.meanDepth == Double(expected.reduce(0) { $0 + $1.depth }) / count)
        for detail in live.details { #expect(detail.path.count == min(100, detail.session.events)) }
    }

    private func compareActivity(_ live: LiveFigures) async throws {
        let hours = try await batch(Self.events) { conversions($0) }
        #expect(hours.count > 2)
        for hour in hours {
            let found = try #require(
                live.activity.hours.first { $0.start == hour.window.start })
            #expect(found.views == hour.views)
            #expect(found.purchases == hour.purchases)
            #expect(found.revenue == hour.revenue)
            #expect(found.buyers == hour.buyers)
            #expect(found.users == hour.users)
        }
        let minutes = try await batch(Self.events) { conversions($0, every: .minutes(1)) }
        for (minute, past) in live.past {
            #expect(past.minutes.count == 60)
            let shown = minutes.filter { (minute - 59...minute).contains($0.window.start.minute) }
            #expect(
                past.minutes.filter { $0.events > 0 }.map(\.users)
                    == shown.sorted { $0.window < $1.window }.map(\.users))
            for (index, window) in [
                AudienceWindow.slidingMinute, .slidingFiveMinutes, .slidingQuarter,
            ].enumerated() {
                let exact =
                    try await batch(Self.events) { audience($0, in: window) }
                    .first { $0.window.end == Timestamp(minute: minute + 1) }?.users ?? 0
                #expect(past.activeUsers[index].users == exact)
                #expect(abs(past.activeUsers[index].approximate - exact) <= max(1, exact / 10))
            }
        }
        let types = Dictionary(grouping: Self.events, by: \.type).mapValues(\.count)
        #expect(live.activity.events.total == Self.events.count)
        for row in live.activity.events.types {
            #expect(row.count == EventType(name: row.name).flatMap { types[$0] })
        }
        let queries = Dictionary(grouping: Self.events.compactMap(\.query)) { $0 }.mapValues(
            \.count)
        #expect(live.activity.events.queries.first?.count == queries.values.max())
    }

    private func compareJourneys(_ live: LiveFigures) async throws {
        let types = try await batch(Self.events) { typeTransitions(journeys($0)) }
        #expect(
            live.journeys.transitions.sorted { $0.transition < $1.transition }
                == types.sorted { $0.transition < $1.transition })
        let pages = try await batch(Self.events) { pageTransitions(journeys($0)) }
        #expect(
            live.journeys.pages.sorted { $0.transition < $1.transition }
                == pages.sorted { $0.transition < $1.transition })
        let ended = Self.events.filter { $0.user != LiveTraffic.last }
        let paths = try await batch(ended) { topPaths(journeys($0), depth: 20) }
        #expect(
            live.journeys.paths.prefix(5).map(\.count) == paths.first?.top.prefix(5).map(\.sessions)
        )
        #expect(live.journeys.paths.reduce(0) { $0 + $1.count } == paths.first?.sessions)
    }

    private func compareFunnels(_ live: LiveFigures) async throws {
        #expect(live.funnels.funnels.count == 2)
        for figures in live.funnels.funnels {
            let expected = try await batch(Self.events) {
                funnelReports(funnelArrivals($0, figures.funnel), of: figures.funnel)
            }
            #expect(figures.counts == expected.first?.reached)
            #expect(figures.counts.last ?? 0 > 0)
        }
    }
}
