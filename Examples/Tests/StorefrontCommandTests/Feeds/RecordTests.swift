import ArgumentParser
import Foundation
import Millrace
import Testing

@testable import StorefrontCommand

@Suite struct RecordTests {
    @Test func aRecordingHoldsTheDaysBeforeItsEnd() async throws {
        try await withDirectory { directory in
            let path = "\(directory)/shop.jsonl"
            let end = Timestamp(millis: 1_767_614_400_000)
            let record = try Record.parse([
                "--output", path, "--days", "2", "--rate", "0.02", "--visitors", "50",
            ])
            try record.write(until: end)
            var recording = try Recording(path, tag: "r", from: nil, row: 0)
            let rows = try recording.rows(limit: 100_000, now: end)
            // 3,456 on average; nights and weekends have fewer.
            #expect((1000...10_000).contains(rows.count))
            // Late ones, and those of wrong clocks, are a few minutes away; invalid ones have no time.
            let times = rows.compactMap(\.time).filter { $0.millis > 0 }
            #expect(times.count > rows.count * 9 / 10)
            #expect(times.allSatisfy { $0 < end + .minutes(5) && $0 > end - .days(2) - .hours(2) })
        }
    }

    @Test(arguments: [
        ["--output", "shop.csv"], ["--output", "a.jsonl", "--days", "0"],
        ["--output", "a.jsonl", "--rate", "0"], ["--output", "a.jsonl", "--visitors", "0"],
    ])
    func whatCannotBeRecordedIsRefused(_ arguments: [String]) {
        #expect(throws: (any Error).self) { try Record.parse(arguments) }
    }
}
