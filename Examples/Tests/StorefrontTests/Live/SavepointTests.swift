import Foundation
import Millrace
import Testing

@testable import Storefront

@Suite struct SavepointTests {
    private let data = "\(NSTemporaryDirectory())shop-\(UUID())"

    /// The events of the archive that were refused.
    private func letters() throws -> [String] {
        struct Letter: Decodable { var input: String }
        let lines = FileManager.default.contents(atPath: "\(data)/archive/dead_letters.jsonl")
        return try (lines ?? Data()).split(separator: UInt8(ascii: "\n")).map {
            try JSONDecoder().decode(Letter.self, from: $0).input
        }
    }

    private func refuse(_ input: String, in shop: LiveShop) async throws {
        let count = try letters().count
        try await shop.append([], refused: [RefusedInput(input, [])])
        while try letters().count == count {
            try Task.checkCancellation()
            await Task.yield()
        }
    }

    @Test(.timeLimit(.minutes(2))) func goingBackCutsTheArchiveBack() async throws {
        defer { try? FileManager.default.removeItem(atPath: data) }
        var configuration = ShopConfiguration(data: data)
        configuration.checkpointInterval = .milliseconds(50)
        let first = try LiveShop(configuration)
        var savepoint = ""
        try await first.whenReady {
            try await refuse("one", in: first)
            savepoint = try await first.savepoint().path
            try await refuse("two", in: first)
        }
        #expect(try letters() == ["one", "two"])
        // What only the discarded state has led to, and the log does not: it would stay if nothing were cut off.
        let archive = "\(data)/archive/dead_letters.jsonl"
        let before = try String(contentsOfFile: archive, encoding: .utf8)
        try before.replacing("two", with: "too").write(
            toFile: archive, atomically: false, encoding: .utf8)
        try FileManager.default.removeItem(atPath: configuration.checkpointPath)
        try FileManager.default.copyItem(
            atPath: savepoint, toPath: configuration.checkpointPath)
        let second = try LiveShop(configuration)
        try await second.whenReady { try await refuse("three", in: second) }
        #expect(try letters() == ["one", "two", "three"])
    }
}
