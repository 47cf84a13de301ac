import Millrace
import Storefront
import Testing

@testable import StorefrontCommand

@Suite struct SimulatedShopTests {
    private static let noon = Timestamp(millis: 1_767_614_400_000)

    private func shop(
        _ saved: SimulatedShop.Place? = nil, rate: Double = 3, at time: Timestamp = noon,
        history: Duration = .minutes(10)
    ) -> SimulatedShop {
        SimulatedShop(saved: saved, seed: 7, rate: rate, history: history, now: time)
    }

    /// Everything that has arrived by a time.
    private func drain(_ shop: inout SimulatedShop, until time: Timestamp = noon) -> [[UInt8]] {
        var all: [[UInt8]] = []
        while true {
            let events = shop.events(until: time, limit: 100)
            if events.isEmpty { return all }
            all += events
        }
    }

    @Test func theSameSeedGivesTheSameEvents() {
        var (a, b) = (shop(), shop())
        let events = drain(&a)
        let isEqual = events == drain(&b)
        #expect(isEqual)
        #expect((900...3600).contains(events.count))
    }

    @Test func itGoesOnWhereItWasWithoutLosingOrAddingAny() {
        var whole = shop()
        let all = drain(&whole, until: Self.noon + .minutes(5))
        var first = shop()
        var pieces = drain(&first)
        let begun = pieces.count
        var second = shop(first.place, at: Self.noon + .minutes(5))
        pieces += drain(&second, until: Self.noon + .minutes(5))
        // Those of the last millisecond come again, and are known by their ids.
        let isEqual = Set(pieces) == Set(all)
        #expect(isEqual)
        #expect(pieces.count - all.count < 20)
        #expect(begun < all.count)
    }

    @Test func aLongStopIsMadeUpForInPart() {
        var first = shop()
        _ = drain(&first)
        let later = Self.noon + .days(30)
        var second = shop(first.place, at: later)
        #expect(second.place.last == (later - .minutes(10)).millis)
        #expect(drain(&second, until: later).count < 4000)
    }

    @Test func anotherRateIsAnotherShopWithIdsOfItsOwn() {
        var slow = shop()
        var fast = shop(slow.place, rate: 4)
        #expect(fast.place.generation == 2)
        let ids = { (events: [[UInt8]]) in
            Set(
                events.compactMap { json -> String? in
                    guard case .event(let event) = FeedIntake.decode(json, now: Self.noon) else {
                        return nil
                    }
                    return event.id
                })
        }
        let shared = ids(drain(&slow)).intersection(ids(drain(&fast)))
        #expect(shared.isEmpty)
    }

    @Test func someEventsAreNoneAndNoneIsOfTheFuture() {
        var shop = shop(history: .hours(2))
        var refused = 0
        for json in drain(&shop) {
            switch FeedIntake.decode(json, now: Self.noon) {
            case .refused(let input):
                refused += 1
                #expect(!input.errors.isEmpty)
            case .event(let event): #expect(event.time <= Self.noon + .minutes(5))
            }
        }
        #expect(refused > 0)
    }
}
