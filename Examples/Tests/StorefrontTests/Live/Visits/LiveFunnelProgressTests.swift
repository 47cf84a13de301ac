import Foundation
import Millrace
import Testing

@testable import Storefront

@Suite struct LiveFunnelProgressTests {
    private let funnel = Funnel("funnel", scope: .user)

    /// The minutes in which a key was last at each step, if every event comes in its order.
    private func expected(_ events: [ShopEvent]) -> [Int64] {
        var minutes: [Int64] = Array(repeating: .min, count: funnel.steps.count)
        var progress = FunnelProgress()
        for event in events.sorted(by: { $0.time < $1.time }) {
            let visited = progress.visit(event.type, at: event.time, in: funnel)
            for step in minutes.indices where visited & (1 << UInt64(step)) != 0 {
                minutes[step] = max(minutes[step], event.time.minute)
            }
        }
        return minutes
    }

    @Test(arguments: 1...20)
    func stepsInAnyOrderLeadToTheSameMinutes(seed: Int) throws {
        var random = UInt64(seed)
        func next(_ limit: Int) -> Int {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(random >> 33) % limit
        }
        let events = (0..<(1 + seed % 7)).map { number in
            event(
                [.view, .addToCart, .purchase][next(3)],
                at: Double(next(3000)) + Double(number) / 100)
        }
        var minutes: [Int64] = Array(repeating: .min, count: funnel.steps.count)
        var progress: LiveFunnelProgress?
        for event in events {
            if progress == nil {
                progress = LiveFunnelProgress(event, funnel) { minutes[$0] = $1 }
            } else {
                progress?.add(event, funnel) { step, minute, before in
                    #expect(minutes[step] == before)
                    minutes[step] = minute
                }
            }
        }
        #expect(minutes == expected(events))
    }

    private func progress(
        _ types: [EventType], _ funnel: Funnel, from start: Double = 0,
        after before: LiveFunnelProgress? = nil
    ) -> LiveFunnelProgress? {
        var progress = before
        for (number, type) in types.enumerated() {
            let event = event(type, at: start + Double(number) * 60)
            if progress == nil {
                progress = LiveFunnelProgress(event, funnel) { _, _ in }
            } else {
                progress?.add(event, funnel) { _, _, _ in }
            }
        }
        return progress
    }

    /// A funnel may have got other steps while the storefront was stopped.
    @Test func otherStepsBeginWithTheEventsThatAreKnown() {
        let longer = Funnel("funnel", steps: [.view, .click, .addToCart, .purchase], scope: .user)
        let shorter = Funnel("funnel", steps: [.view, .purchase], scope: .user)
        for other in [longer, shorter] {
            let before = progress([.view, .addToCart], funnel)
            #expect(
                progress([.purchase], other, from: 120, after: before)
                    == progress([.view, .addToCart, .purchase], other))
        }
    }

    @Test func oneEventTakesNoMemoryOfItsOwn() {
        #expect(MemoryLayout<LiveFunnelProgress>.size == 16)
    }
}
