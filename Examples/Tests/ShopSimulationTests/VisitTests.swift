import Millrace
import ShopSimulation
import Testing

@Suite struct VisitTests {
    /// The visits that have begun and ended within the sample, each in the order of its events.
    private static let visits: [[ShopEvent]] = {
        var visits: [String: [ShopEvent]] = [:]
        for arrival in sample where !arrival.traits.contains(.duplicate) {
            guard let session = arrival.event.sessionID else { continue }
            visits[session, default: []].append(arrival.event)
        }
        let first = mondayMorning + .hours(2)
        let last = sample[sample.count - 1].time - .hours(2)
        return visits.values.compactMap { events in
            let sorted = events.sorted { $0.timestamp < $1.timestamp }
            return sorted[0].timestamp > first && sorted[0].timestamp < last ? sorted : nil
        }
    }()

    private func share(_ condition: ([ShopEvent]) -> Bool) -> Double {
        Double(Self.visits.filter(condition).count) / Double(Self.visits.count)
    }

    private func has(_ type: ShopEventType) -> ([ShopEvent]) -> Bool {
        { $0.contains { $0.type == type } }
    }

    @Test func theFunnelIsAShops() {
        #expect(Self.visits.count > 5_000)
        #expect((0.60...0.70).contains(share { $0.count <= 3 }))
        #expect((0.08...0.10).contains(share(has(.addToCart))))
        #expect((0.02...0.03).contains(share(has(.purchase))))
        #expect((0.02...0.30).contains(share(has(.search))))
        #expect(share(has(.removeFromCart)) > 0.001)
        #expect(share(has(.addToFavourites)) > 0.01)
    }

    @Test func aVisitBelongsToOneClient() {
        for events in Self.visits {
            #expect(Set(events.map(\.userID)).count == 1)
            #expect(Set(events.map(\.userAgent)).count == 1)
        }
    }

    @Test func aVisitBeginsOnAPageAndHasNoLongPause() {
        for events in Self.visits {
            #expect(events[0].type == .pageView || events[0].type == .view)
            for (a, b) in zip(events, events.dropFirst()) {
                #expect(b.timestamp > a.timestamp)
                #expect(b.timestamp - a.timestamp <= .minutes(5))
            }
            #expect(events[events.count - 1].timestamp - events[0].timestamp <= .hours(1))
        }
    }

    @Test func onlyWhatIsInTheCartIsBoughtOrTakenOut() {
        for events in Self.visits {
            var cart: [String: Int] = [:]
            for event in events {
                let line = (event.productID ?? "", event.quantity ?? 0)
                switch event.type {
                case .addToCart:
                    #expect(line.1 >= 1)
                    cart[line.0, default: 0] += line.1
                case .removeFromCart, .purchase:
                    cart[line.0, default: 0] -= line.1
                    #expect(cart[line.0] ?? -1 >= 0)
                default: #expect(event.quantity == nil)
                }
            }
            if has(.purchase)(events) { #expect(cart.values.allSatisfy { $0 == 0 }) }
        }
    }

    @Test func whatIsPutIntoTheCartHasBeenViewed() {
        for events in Self.visits {
            var viewed: Set<String> = []
            for event in events {
                guard let product = event.productID else { continue }
                if event.type == .view { viewed.insert(product) }
                #expect(viewed.contains(product))
            }
        }
    }

    @Test func eventsHaveTheFieldsOfTheirType() {
        for arrival in sample {
            let event = arrival.event
            #expect(event.eventID.utf8.count == 14)
            #expect(!event.userID.isEmpty && event.pageURL != nil && event.userAgent != nil)
            #expect((event.type == .search) == (event.query != nil))
            if event.type.needsProduct {
                #expect(event.productID != nil && event.price ?? 0 > 0 && event.category != nil)
            }
        }
    }

    @Test func crawlersReadFastAndBuyNothing() {
        var last: [String: Int] = [:]
        for arrival in sample {
            let isCrawler = arrival.event.userAgent?.contains("Bot/") == true
            #expect(isCrawler == arrival.traits.contains(.bot))
            guard isCrawler else { continue }
            #expect(arrival.event.type == .view || arrival.event.type == .pageView)
            #expect(arrival.event.sessionID == nil)
            last[arrival.event.userID, default: 0] += 1
        }
        #expect(last.count == 4)
    }

    @Test func visitorsComeBack() {
        var visitsPerUser: [String: Int] = [:]
        for events in Self.visits { visitsPerUser[events[0].userID, default: 0] += 1 }
        let newcomers = visitsPerUser.filter { $0.key.hasPrefix("g") }
        #expect(newcomers.values.contains { $0 > 1 })
        #expect(visitsPerUser.values.contains { $0 > 2 })
        // 40 % of the visits are somebody's first.
        let marked = Set(
            sample.filter { $0.traits.contains(.newVisitor) }.compactMap(\.event.sessionID))
        #expect((0.37...0.43).contains(share { marked.contains($0[0].sessionID ?? "") }))
    }
}
