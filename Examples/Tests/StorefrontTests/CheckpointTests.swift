import Foundation
import Millrace
import Storefront
import Testing
import Topologies

/// A topology with state that cannot be stored is refused when it starts with checkpoints.
@Suite struct CheckpointTests {
    @Test func allStateCanBeStored() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let visits = (0..<100).map { index in
            event(
                EventType.allCases[index % 9], ID("\(index % 7)"), ID("\(index % 5)"),
                at: Double(index), id: "\(index)", session: "s", category: "c", price: 1000,
                properties: ["device_group": .text("1"), "source": .text("app")])
        }
        let count = Collected<Int>()
        let topology = try Topology("checkpoints") { flow in
            let source = flow.source(.elements(visits), eventTime: { $0.time })
            let events = intake(source)
            func connect<Result: Sendable>(_ results: DataStream<Result>) {
                results.map { _ in 1 }.sink(.collect(into: count))
            }
            let sessions = shopSessions(events)
            connect(sessionStatistics(sessions))
            connect(sessionEnds(sessions, at: .exit))
            connect(audience(events, in: .slidingMinute))
            connect(approximateAudience(events, in: .minute))
            connect(conversions(events))
            connect(typeTransitions(journeys(events)))
            connect(deviceStatistics(events))
            connect(givenSessions(events))
            let funnel = Funnel("funnel", scope: .userAndProduct)
            connect(funnelReports(funnelArrivals(events, funnel), of: funnel))
            connect(trendingProducts(events, halfLife: .minutes(10)))
            connect(topPages(events))
            connect(mostCarted(events))
            connect(bestSellers(events) { $0.category })
            connect(finalHistories(events, name: "final"))
            connect(similarProducts(events))
            connect(recommendedProducts(events))
            connect(duplicateReport(events))
            connect(alerts(events))
        }
        try await topology.run(
            RunOptions(checkpoints: .directory(folder, every: .milliseconds(1))))
        #expect(count.elements.count > 18)
    }
}
