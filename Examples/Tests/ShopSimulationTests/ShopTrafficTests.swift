import Millrace
import ShopSimulation
import Testing

@Suite struct ShopTrafficTests {
    @Test func theSameSeedGivesTheSameEvents() {
        #expect(Array(smallTraffic().prefix(2_000)) == Array(smallTraffic().prefix(2_000)))
        #expect(Array(smallTraffic().prefix(100)) != Array(smallTraffic(seed: 2).prefix(100)))
    }

    /// The events of another process: a change of these numbers is a change of every stream.
    @Test func theEventsAreTheSameInEveryProcess() {
        var fingerprint: UInt64 = 0xCBF2_9CE4_8422_2325
        for arrival in smallTraffic().prefix(2_000) {
            let event = arrival.event
            let text =
                "\(event.eventID)\(event.type)\(event.userID)\(event.productID ?? "-")"
                + "\(event.pageURL ?? "-")\(event.timestamp.millis) \(arrival.time.millis)"
            for byte in text.utf8 { fingerprint = (fingerprint ^ UInt64(byte)) &* 0x100_0000_01B3 }
        }
        #expect(fingerprint == 15_083_789_770_692_234_220)
    }

    @Test(arguments: [0.5, 40])
    func arrivalsAreInOrder(eventsPerSecond: Double) {
        let traffic = smallTraffic(eventsPerSecond: eventsPerSecond)
        let times = [mondayMorning] + traffic.prefix(5_000).map(\.time)
        #expect(zip(times, times.dropFirst()).allSatisfy { $0 <= $1 })
    }

    @Test func everyPositionGivesTheRest() {
        let traffic = smallTraffic(eventsPerSecond: 0.2) { $0.duplicateShare = 0.05 }
        let all = Array(traffic.prefix(200))
        var iterator = traffic.makeIterator()
        for index in 0..<120 {
            var resumed = traffic.makeIterator(from: iterator.position)
            let rest = (0..<60).map { _ in resumed.next() }
            #expect(rest == all[index..<index + 60].map { $0 }, "resumed behind \(index)")
            _ = iterator.next()
        }
    }

    @Test func aFarPositionGivesTheRest() {
        let traffic = smallTraffic(eventsPerSecond: 2)
        var iterator = traffic.makeIterator()
        for _ in 0..<20_000 { _ = iterator.next() }
        var resumed = traffic.makeIterator(from: iterator.position)
        for _ in 0..<3_000 where iterator.next() != resumed.next() {
            Issue.record("another event behind \(iterator.position)")
        }
        #expect(iterator.position == resumed.position)
    }

    @Test(arguments: [2, 3])
    func splitsAreTheSameEventsTogether(count: Int) {
        let traffic = smallTraffic()
        let end = mondayMorning + .minutes(30)
        let whole = traffic.prefix { $0.time < end }
        let parts = (0..<count).map { split in
            var iterator = traffic.makeIterator(from: .start, split: split, of: count)
            var part: [ShopArrival] = []
            while let arrival = iterator.next(), arrival.time < end { part.append(arrival) }
            return part
        }
        #expect(parts.allSatisfy { !$0.isEmpty })
        #expect(parts.reduce(0) { $0 + $1.count } == whole.count)
        #expect(Set(parts.joined()) == Set(whole))
    }
}
