import Millrace
import ShopSimulation
import Testing

/// The bounds are several standard errors wide; with the fixed seeds the tests always give the
/// same.
@Suite struct ShopRatesTests {
    @Test func theMeanRateIsTheOneThatIsAskedFor() throws {
        let last = try #require(sample.last)
        let seconds = (last.time - mondayMorning) / .seconds(1)
        #expect((4.8...5.2).contains(Double(sample.count) / seconds))
    }

    @Test func evenTheFirstMinutesHaveTheRate() {
        let traffic = smallTraffic(eventsPerSecond: 10) { $0.seasonality = 0 }
        let end = mondayMorning + .minutes(5)
        let count = traffic.prefix { $0.time < end }.count
        #expect((2_500...3_500).contains(count))
    }

    @Test func nightsAreQuiet() {
        var perHour = [Int](repeating: 0, count: 24)
        let midnight = mondayMorning - .hours(6)
        let traffic = smallTraffic(eventsPerSecond: 0.4, start: midnight)
        for arrival in traffic.prefix(while: { $0.time < midnight + .days(1) }) {
            perHour[Int((arrival.time - midnight) / .hours(1))] += 1
        }
        #expect(perHour[20] > 4 * perHour[3])
        #expect(perHour.min() ?? 0 > 0)
    }

    @Test func weeksHaveTheMeanRate() {
        let traffic = smallTraffic(eventsPerSecond: 0.05) { $0.botShare = 0 }
        let count = traffic.prefix { $0.time < mondayMorning + .days(7) }.count
        #expect((0.95...1.05).contains(Double(count) / (0.05 * 7 * 86_400)))
    }

    @Test func lateEventsAndDuplicatesHaveTheirShares() {
        #expect((0.008...0.012).contains(sample.share { $0.traits.contains(.late) }))
        #expect((0.004...0.006).contains(sample.share { $0.traits.contains(.duplicate) }))
        #expect((0.04...0.06).contains(sample.share { $0.traits.contains(.bot) }))
        #expect(sample.share { $0.traits.contains(.invalid) } == 0)
    }

    @Test func lateEventsAreMinutesLate() {
        let exact = smallTraffic(seed: 3, eventsPerSecond: 5) {
            $0.skewedShare = 0
            $0.duplicateShare = 0
            $0.lateShare = 0.05
            $0.longestLateness = .minutes(10)
        }
        for arrival in exact.prefix(20_000) {
            let behind = arrival.time - arrival.event.timestamp
            let range: ClosedRange<Duration> =
                arrival.traits.contains(.late)
                ? .seconds(59)...(.minutes(10) + .seconds(6)) : .milliseconds(-200)...(.seconds(6))
            if !range.contains(behind) { Issue.record("\(behind) behind: \(arrival)") }
        }
    }

    @Test func duplicatesFollowTheirEvent() {
        var seen: [String: ShopEvent] = [:]
        var unmatched = 0
        for arrival in sample {
            let event = arrival.event
            if arrival.traits.contains(.duplicate) {
                if seen[event.eventID] != event { unmatched += 1 }
            } else if seen.updateValue(event, forKey: event.eventID) != nil {
                Issue.record("\(event.eventID) arrives twice and is not marked")
            }
        }
        // Only those whose event has arrived before the stream begins.
        #expect(unmatched < 3)
    }

    @Test func optionsTurnEverythingOff() {
        let clean = smallTraffic {
            $0.botShare = 0
            $0.lateShare = 0
            $0.duplicateShare = 0
            $0.skewedShare = 0
            $0.newVisitorShare = 0
        }
        #expect(clean.prefix(3_000).allSatisfy { $0.traits.isEmpty })
    }

    @Test func invalidEventsAreInvalid() {
        let traffic = smallTraffic { $0.invalidShare = 0.1 }
        let arrivals = Array(traffic.prefix(10_000))
        #expect((0.09...0.11).contains(arrivals.share { $0.traits.contains(.invalid) }))
        let products = Set(traffic.catalogue.products.map(\.id))
        for arrival in arrivals {
            let event = arrival.event
            let isWhole =
                !event.eventID.isEmpty && !event.userID.isEmpty
                && (event.price ?? 1) > 0 && (event.price ?? 1) < 1e6 && (event.quantity ?? 1) > 0
                && abs((event.timestamp - arrival.time) / .days(1)) < 1
                && (event.productID.map(products.contains) ?? !event.type.needsProduct)
            if isWhole == arrival.traits.contains(.invalid) { Issue.record("\(arrival)") }
        }
    }

    @Test func clocksAreWrongWithinBounds() {
        let skewed = sample.filter { $0.traits.contains(.skewed) && !$0.traits.contains(.late) }
        #expect((0.01...0.03).contains(Double(skewed.count) / Double(sample.count)))
        for arrival in skewed where !arrival.traits.contains(.duplicate) {
            let ahead = arrival.event.timestamp - arrival.time
            #expect(ahead <= .seconds(30) && ahead >= .seconds(-36))
        }
        #expect(skewed.contains { $0.event.timestamp > $0.time + .seconds(5) })
    }
}

extension ShopEventType {
    var needsProduct: Bool {
        switch self {
        case .view, .addToCart, .removeFromCart, .addToFavourites, .purchase: true
        case .pageView, .search, .click, .scroll: false
        }
    }
}
