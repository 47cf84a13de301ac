import Millrace
import MillraceTesting
import ShopSimulation
import Synchronization
import Testing

@Suite struct ShopSourceTests {
    @Test(arguments: [1, 2])
    func isASource(splits: Int) async throws {
        let traffic = smallTraffic(eventsPerSecond: 0.2) { $0.duplicateShare = 0.1 }
        let expected = (0..<splits).flatMap { split in
            var arrivals = traffic.makeIterator(from: .start, split: split, of: splits)
            return (0..<120 / splits).compactMap { _ in arrivals.next() }
        }
        let source = ShopSource(traffic, limit: 120, splits: splits)
        #expect(try await SourceConformance(source, expected: expected).violations() == [])
    }

    @Test func refusesPositionsOfOtherSources() throws {
        let source = ShopSource(smallTraffic())
        let split = source.splits(preferred: 1)[0]
        #expect(throws: StreamError.self) {
            try source.reader(for: split, from: SourcePosition(offset: 3))
        }
        #expect(throws: StreamError.self) {
            try source.reader(for: split, from: SourcePosition(offset: 3, detail: "\(Int64.max):1"))
        }
        #expect(throws: StreamError.self) {
            try source.reader(for: SourceSplit(id: "0/2"), from: nil)
        }
    }

    /// A clock that goes on by what is slept.
    private static func clock(from start: Timestamp) -> TimeSource {
        let now = Mutex(start)
        return TimeSource { duration in
            now.withLock { $0 = $0 + duration }
        } _: {
            now.withLock { $0 }
        }
    }

    @Test func aLiveSourceGivesWhatHasArrived() async throws {
        let traffic = smallTraffic(eventsPerSecond: 10)
        let source = ShopSource(traffic, pace: .live)
        // The reader comes a minute after the start.
        let clock = Self.clock(from: mondayMorning + .seconds(60))
        let read = try await Self.read(source, until: mondayMorning + .seconds(90), clock)
        let expected = Array(traffic.prefix { $0.time <= read.now })
        #expect(read.arrivals == expected)
        #expect(read.now < mondayMorning + .seconds(92))
    }

    @Test func aSpeedIsKept() async throws {
        let traffic = smallTraffic(eventsPerSecond: 10)
        let source = ShopSource(traffic, pace: .speed(20))
        let clock = Self.clock(from: Timestamp(millis: 0))
        let read = try await Self.read(source, until: Timestamp(millis: 10_000), clock)
        let last = try #require(read.arrivals.last)
        let covered = (last.time - mondayMorning) / .seconds(1)
        #expect((190...202).contains(covered))
    }

    private static func read(
        _ source: ShopSource, until end: Timestamp, _ clock: TimeSource
    ) async throws -> (arrivals: [ShopArrival], now: Timestamp) {
        var reader = try source.reader(for: source.splits(preferred: 1)[0], from: nil)
        var arrivals: [ShopArrival] = []
        var batch = Batch<ShopArrival>()
        while true {
            let status = reader.read(into: &batch, limit: 64) { _, error in throw error }
            arrivals += batch.elements
            guard status == .waiting else { continue }
            if clock.now() >= end { return (arrivals, clock.now()) }
            try await reader.waitForMore(atMost: .seconds(1), by: clock)
        }
    }
}
