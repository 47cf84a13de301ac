import Millrace
import Testing

/// Sources that are read at a rate.
@Suite struct RateLimitedSourceTests {
    private func reader(perSecond: Double) async throws -> some SourceReader<Int> {
        let source = ArraySource.elements(Array(0..<100_000)).limited(toPerSecond: perSecond)
        let split = try #require(try await source.splits(preferred: 1).first)
        return try await source.reader(for: split, from: nil)
    }

    /// How many elements are read until the source wants to wait.
    private func readShare(_ reader: inout some SourceReader<Int>) throws -> Int {
        var count = 0
        var batch = Batch<Int>()
        while try reader.read(into: &batch, limit: 512, reject: { throw $1 }) == .more {
            count += batch.count
        }
        return count + batch.count
    }

    @Test func asManyAreReadAsTimeAllows() async throws {
        var reader = try await reader(perSecond: 1000)
        let clock = ManualClock()
        let time = TimeSource(sleep: { clock.advance(by: $0) }, { clock.now })
        var count = 0
        while clock.now.millis < 10_000 {
            count += try readShare(&reader)
            try await reader.waitForMore(atMost: .milliseconds(500), by: time)
        }
        #expect(abs(count - 10_000) <= 20)
    }

    /// A wall clock that is set forward by hours, or a machine that has slept.
    @Test func aClockThatIsSetForwardIsNoTimeToReadIn() async throws {
        var reader = try await reader(perSecond: 1000)
        let clock = ManualClock()
        _ = try readShare(&reader)
        let jump = TimeSource(sleep: { _ in clock.advance(by: .seconds(3600)) }, { clock.now })
        try await reader.waitForMore(atMost: .milliseconds(500), by: jump)
        #expect(try readShare(&reader) <= 120)
    }
}
