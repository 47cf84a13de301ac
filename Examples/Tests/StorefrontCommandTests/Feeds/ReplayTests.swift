import Foundation
import Millrace
import Storefront
import Testing

@testable import StorefrontCommand

@Suite struct ReplayTests {
    /// A recording of views a second apart, with a row that is no event.
    private func recording(_ rows: Int, in directory: String) throws -> String {
        var lines = ["ts_ms,user,type,item"]
        for row in 0..<rows {
            let time = 1_000_000_000_000 + row * 1000
            lines.append(row == 7 ? "never,u1,view,p1" : "\(time),u\(row % 5),view,p\(row)")
        }
        let path = "\(directory)/events.csv"
        try (lines.joined(separator: "\n") + "\n").write(
            toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    private func replay(_ path: String, _ shop: LiveShop, in data: String) throws -> Replay {
        Replay(
            path: path, speed: .max, intake: FeedIntake(shop: shop, logger: quiet),
            file: try FeedFile("replay", in: data), chunkSize: 100)
    }

    private func shop(in data: String, partitions: Int = 2) throws -> LiveShop {
        var configuration = ShopConfiguration(data: data)
        configuration.partitions = partitions
        return try LiveShop(configuration)
    }

    @Test func everyRowIsInTheLogOnceHoweverOftenItIsPlayed() async throws {
        try await withDirectory { directory in
            let path = try recording(1050, in: directory)
            let data = "\(directory)/data"
            let shop = try shop(in: data)
            try await replay(path, shop, in: data).play()
            try await replay(path, shop, in: data).play()
            let records = try records(ofLogIn: data, partitions: 2)
            #expect(records.count == 1050)
            #expect(Set(records).count == 1050)
            let refused = records.filter { $0.hasPrefix(#"{"refused""#) }
            #expect(refused.count == 1)
            #expect(refused.first?.contains("never,u1,view,p1") == true)
        }
    }

    @Test func rowsThatMayHaveBeenAppendedAreNotDoubled() async throws {
        try await withDirectory { directory in
            let path = try recording(1000, in: directory)
            let data = "\(directory)/data"
            let shop = try shop(in: data)
            let replay = try replay(path, shop, in: data)
            try await replay.play()
            let before = try records(ofLogIn: data, partitions: 2)
            // As if the process had ended between the append and the note of it.
            var recording = try Recording(path, tag: "r", from: nil, row: 0)
            _ = try recording.rows(limit: 900)
            var place = try #require(try replay.file.load())
            place.offset = recording.position.offset
            place.detail = recording.position.detail
            place.row = 900
            place.appending = 100
            try replay.file.save(place)
            try await replay.play()
            #expect(try records(ofLogIn: data, partitions: 2) == before)
        }
    }

    @Test func playingGoesOnAfterInterruptions() async throws {
        try await withDirectory { directory in
            let path = try recording(3000, in: directory)
            let data = "\(directory)/data"
            let shop = try shop(in: data, partitions: 1)
            var interruptions = 0
            while true {
                let replay = try replay(path, shop, in: data)
                let before = try records(ofLogIn: data).count
                let task = Task { try await replay.play() }
                // At once, the first time; later somewhere inside, if it is not over before that.
                while try interruptions > 0
                    && records(ofLogIn: data).count < min(before + 200, 3000)
                { await Task.yield() }
                task.cancel()
                do { try await task.value } catch is CancellationError {
                    interruptions += 1
                    continue
                }
                break
            }
            let products = try records(ofLogIn: data).compactMap { record in
                record.firstMatch(of: /"product_id":"p(\d+)"/).flatMap { Int($0.1) }
            }
            #expect(products == (0..<3000).filter { $0 != 7 })
            #expect(interruptions > 0)
        }
    }

    @Test func anotherFileBeginsAnew() async throws {
        try await withDirectory { directory in
            let data = "\(directory)/data"
            let shop = try shop(in: data)
            try await replay(try recording(50, in: directory), shop, in: data).play()
            try await replay(try recording(60, in: directory), shop, in: data).play()
            #expect(try records(ofLogIn: data, partitions: 2).count == 110)
        }
    }

    @Test func aMissingFileIsSaidInOneLine() async throws {
        try await withDirectory { directory in
            let shop = try shop(in: "\(directory)/data")
            let error = await #expect(throws: Failure.self) {
                try await replay("\(directory)/none.csv", shop, in: directory).play()
            }
            #expect(error?.code == 74)
        }
    }

    @Test func anEventOfTheFutureIsRefusedAndNotWaitedFor() async throws {
        try await withDirectory { directory in
            let path = "\(directory)/events.csv"
            let long = String(repeating: "u", count: 257)
            let rows = [
                "ts_ms,user,type,item", "1000000001000,u,view,a", "4102444800000,u,view,b",
                "1000,\(long),view,c", "1000000002000,u,view,d",
            ]
            try rows.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
            var recording = try Recording(path, tag: "r", from: nil, row: 0)
            let read = try recording.rows(limit: 10, now: Timestamp(millis: 1_800_000_000_000))
            #expect(read.map(\.time?.millis) == [1_000_000_001_000, nil, nil, 1_000_000_002_000])
            let refused = read.compactMap {
                if case .refused(let refused) = $0.content { refused } else { nil }
            }
            #expect(refused.map(\.place) == ["\(path) line 3", "\(path) line 4"])
            #expect(refused.first?.errors == [.init("timestamp", "is too far in the future")])
            #expect(refused.last?.errors.map(\.field) == ["timestamp", "user_id"])
            #expect(refused.first?.text.contains(#""product_id":"b""#) == true)
        }
    }

    @Test func whatIsNoEventHasItsReasonAndItsPlace() async throws {
        try await withDirectory { directory in
            let path = "\(directory)/clicks.csv"
            try "ts_ms,user,item,type\n1000000000000,u,a,view\n1000,u,b,jump\n".write(
                toFile: path, atomically: true, encoding: .utf8)
            var recording = try Recording(path, tag: "r", from: nil, row: 0)
            let read = try recording.rows(limit: 10)
            guard case .refused(let refused)? = read.last?.content else {
                Issue.record("an event of an unknown type was taken")
                return
            }
            #expect(refused.text == "1000,u,b,jump")
            #expect(refused.errors == [.init("type", "'jump' is not known")])
            #expect(refused.place?.hasPrefix("\(path) line 3") == true)
        }
    }

    @Test func rowsAreDueByTheirTimes() async throws {
        let clock = ManualClock(at: Timestamp(millis: 5000))
        var pace = ReplayPace(.times(60), clock: clock.source)
        let rows = [0, 30_000, 29_000, 60_001, 120_000].map { millis in
            Recording.Row(content: .refused(RefusedInput("", [])), time: Timestamp(millis: millis))
        }
        #expect(try await pace.due(in: rows[...]) == 0..<1)
        clock.advance(by: .seconds(1))
        #expect(try await pace.due(in: rows[1...]) == 1..<3)
        clock.advance(by: .seconds(1))
        #expect(try await pace.due(in: rows[3...]) == 3..<5)
    }
}
