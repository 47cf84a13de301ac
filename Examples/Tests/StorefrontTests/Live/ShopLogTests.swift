import Foundation
import Millrace
import Testing
import Topologies

@testable import Storefront

/// What becomes of a shop whose files are damaged, gone, or cannot be written.
@Suite struct ShopLogTests {
    private func withData(_ body: (String) async throws -> Void) async throws {
        let data = NSTemporaryDirectory() + "shop-\(UUID())"
        defer { try? FileManager.default.removeItem(atPath: data) }
        try await body(data)
    }

    private func view(_ number: Int) -> ShopEvent {
        ShopEvent(
            id: "\(number)", .view, user: "u", product: "p",
            time: Timestamp(millis: 1_767_614_400_000 + Int64(number)))
    }

    /// A log of ten events, each a batch of its own.
    private func fill(_ data: String) async throws {
        let shop = try LiveShop(ShopConfiguration(data: data))
        for number in 0..<10 { try await shop.append([view(number)]) }
        try await shop.stop()
    }

    private func damage(_ data: String, at position: (Int) -> Int) throws {
        let path = "\(data)/log/0/00000000000000000000.log"
        var bytes = try Data(contentsOf: URL(filePath: path))
        bytes[position(bytes.count)] ^= 0xFF
        try bytes.write(to: URL(filePath: path))
    }

    private func events(of shop: LiveShop) async throws -> Int? {
        try await shop.whenReady { try await shop.views?.activity().events.total }
    }

    @Test func damagedEventsEndTheStartUnlessTheyAreSkipped() async throws {
        try await withData { data in
            try await fill(data)
            try damage(data) { $0 / 2 }
            let error = #expect(throws: StreamError.self) {
                try LiveShop(ShopConfiguration(data: data))
            }
            #expect(error?.code == .malformedInput)
            #expect(error?.place?.contains("00000000000000000000.log' byte ") == true)
            var configuration = ShopConfiguration(data: data)
            configuration.logDamage = .skip
            let shop = try LiveShop(configuration)
            // Opening finds the loss; the results lack it once it has been read.
            #expect(shop.lostEvents.map(\.offsets.count) == [1])
            #expect(shop.figures.gaps == [])
            #expect(try await events(of: shop) == 9)
            #expect(shop.figures.gaps.map(\.offsets.count) == [1])
        }
    }

    /// Opening looks at the last segment alone; the others are met when they are replayed.
    @Test func damagedEventsOfAFullSegmentAreFoundWhenTheyAreReplayed() async throws {
        try await withData { data in
            var configuration = ShopConfiguration(data: data)
            configuration.logSegmentBytes = 4096
            let filled = try LiveShop(configuration)
            for number in 0..<50 { try await filled.append([view(number)]) }
            try await filled.stop()
            try damage(data) { $0 / 2 }
            configuration.logDamage = .skip
            let shop = try LiveShop(configuration)
            #expect(shop.lostEvents == [])
            #expect(shop.figures.gaps == [])
            #expect(try await events(of: shop) == 49)
            #expect(shop.figures.gaps.map(\.offsets.count) == [1])
        }
    }

    @Test func aShopGoesOnBehindDamagedEventsAtTheEnd() async throws {
        try await withData { data in
            try await fill(data)
            let first = try LiveShop(ShopConfiguration(data: data))
            #expect(try await events(of: first) == 10)
            try damage(data) { $0 - 1 }
            #expect(throws: StreamError.self) { try LiveShop(ShopConfiguration(data: data)) }
            var configuration = ShopConfiguration(data: data)
            configuration.logDamage = .skip
            // The state knows the lost event, and goes on behind it.
            let second = try LiveShop(configuration)
            #expect(second.lostEvents == [EventLogGap(partition: 0, offsets: 9..<10)])
            try await second.append([view(10)])
            #expect(try await events(of: second) == 11)
            #expect(second.figures.gaps == [], "the results have the lost event")
            let third = try LiveShop(ShopConfiguration(data: data))
            #expect(third.lostEvents == [])
            #expect(try await events(of: third) == 11)
        }
    }

    /// Readers that begin again elsewhere meet parts of what is known.
    @Test func eventsThatAreSkippedCountOnce() {
        let figures = ShopFigures()
        func gap(_ offsets: Range<Int64>, _ partition: Int = 0) -> EventLogGap {
            EventLogGap(partition: partition, offsets: offsets)
        }
        for offsets in [105..<110, 105..<110, 100..<110, 90..<120, 95..<96] as [Range<Int64>] {
            figures.note(gap(offsets))
        }
        figures.note(gap(100..<103, 1))
        #expect(
            figures.gaps == [
                gap(90..<100), gap(100..<105), gap(105..<110), gap(110..<120), gap(100..<103, 1),
            ])
    }

    @Test func aDirectoryThatIsGoneTakesNoEvents() async throws {
        try await withData { data in
            let shop = try LiveShop(ShopConfiguration(data: data))
            try await shop.append([view(0)])
            #expect(shop.dataFailure == nil)
            try FileManager.default.moveItem(atPath: data, toPath: data + "-away")
            defer { try? FileManager.default.removeItem(atPath: data + "-away") }
            for _ in 0..<2 {
                let error = await #expect(throws: StreamError.self) {
                    try await shop.append([view(1)])
                }
                #expect(error.map { LogTrouble($0) } == .directoryGone)
            }
            #expect(shop.dataFailure != nil)
            #expect(shop.logFailure != nil)
            #expect(
                !FileManager.default.fileExists(atPath: data), "nothing began anew in its place")
            // Another one in its place is not the one that was opened.
            let other = try LiveShop(ShopConfiguration(data: data))
            #expect(shop.dataFailure != nil)
            try await other.stop()
            try FileManager.default.removeItem(atPath: data)
            try FileManager.default.moveItem(atPath: data + "-away", toPath: data)
            #expect(shop.dataFailure == nil)
            try await shop.append([view(2)])
            try await shop.stop()
            #expect(shop.dataFailure == nil)
        }
    }

    @Test func troublesAreToldApart() {
        let full = StreamError(
            .inputOutput, "'x' could not be written", cause: StorageFault.noSpace)
        #expect(LogTrouble(full) == .diskFull)
        #expect(LogTrouble(StreamError(.inputOutput, "no group", cause: full)) == .diskFull)
        #expect(
            LogTrouble(StreamError(.inputOutput, "'x' could not be written: Input/output error"))
                == .unwritable)
    }
}
