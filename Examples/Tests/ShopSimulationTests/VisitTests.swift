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
        // A visit that has begun before the sample shows up after one pause at the latest.
        let first = mondayMorning + .minutes(6)
        let last = sample[sample.count - 1].time - .minutes(90)
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
            let pauses = zip(events, events.dropFirst()).map { $1.timestamp - $0.timestamp }
            #expect(pauses.allSatisfy { $0 > .zero && $0 <= .minutes(5) })
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
        let broken = sample.map(\.event).filter { event in
            let hasAll =
                event.eventID.utf8.count == 14 && !event.userID.isEmpty && event.pageURL != nil
                && event.userAgent != nil && (event.type == .search) == (event.query != nil)
            let hasProduct =
                event.productID != nil && event.price ?? 0 > 0 && event.category != nil
            return !hasAll || (event.type.needsProduct && !hasProduct)
        }
        #expect(broken.isEmpty)
    }

    @Test func crawlersReadFastAndBuyNothing() {
        var crawlers: [String: [ShopEvent]] = [:]
        for arrival in sample where arrival.event.userAgent?.contains("Bot/") == true {
            #expect(arrival.traits.contains(.bot))
            if arrival.traits.contains(.duplicate) { continue }
            crawlers[arrival.event.userID, default: []].append(arrival.event)
        }
        #expect(crawlers.count == 4)
        for events in crawlers.values {
            #expect(events.allSatisfy { $0.type == .view || $0.type == .pageView })
            #expect(events.allSatisfy { $0.sessionID == nil })
            let pauses = zip(events, events.dropFirst()).map { $1.timestamp - $0.timestamp }
            #expect(pauses.filter { $0 <= .seconds(2) }.count * 10 > pauses.count * 9)
        }
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
