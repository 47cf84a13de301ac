import Foundation
import Millrace
import Synchronization
import Testing

@testable import Storefront

/// What becomes of a shop whose archive is removed: what was in it cannot be made again.
@Suite struct LostArchiveTests {
    private let data = "\(NSTemporaryDirectory())shop-\(UUID())"
    private var letters: String { "\(data)/archive/dead_letters.jsonl" }

    /// Waits until there is a letter and nothing more is being written.
    private func waitForLetters() async throws {
        let files = FileManager.default
        func isWriting() throws -> Bool {
            if files.contents(atPath: letters)?.isEmpty != false { return true }
            let names = try files.contentsOfDirectory(atPath: "\(data)/archive")
            return names.contains { $0.contains(".staged-") }
        }
        while try isWriting() {
            try Task.checkCancellation()
            await Task.yield()
        }
    }

    /// Runs a shop until `body` has ended, or the shop by itself.
    private func run(
        restarts: @escaping @Sendable (StreamError) -> Void,
        _ body: @escaping @Sendable (LiveShop) async throws -> Void
    ) async throws {
        var configuration = ShopConfiguration(data: data)
        configuration.checkpointInterval = .milliseconds(50)
        let shop = try LiveShop(configuration)
        do {
            try await withThrowingDiscardingTaskGroup { group in
                group.addTask {
                    try await shop.run { event in
                        if case .restarting(let error, _) = event { restarts(error) }
                    }
                }
                group.addTask {
                    while !shop.readiness.isReady {
                        try Task.checkCancellation()
                        await Task.yield()
                    }
                    try await body(shop)
                    try await shop.stop()
                }
            }
        } catch {
            try await shop.stop()
            throw error
        }
    }

    @Test(
        .timeLimit(.minutes(2)),
        arguments: ["archive", "archive/dead_letters.jsonl"], [true, false])
    func theShopEndsWithoutFurtherAttempts(lost: String, whileItRuns: Bool) async throws {
        defer { try? FileManager.default.removeItem(atPath: data) }
        let path = "\(data)/\(lost)"
        let failures = Mutex<[StreamError]>([])
        let thrown = await #expect(throws: StreamError.self) {
            try await run(restarts: { error in failures.withLock { $0.append(error) } }) { shop in
                try await shop.append([], refused: [RefusedInput("no event", [])])
                try await waitForLetters()
                guard whileItRuns else { return }
                try FileManager.default.removeItem(atPath: path)
                try await shop.append([], refused: [RefusedInput("another", [])])
                while true {
                    try Task.checkCancellation()
                    await Task.yield()
                }
            }
            try FileManager.default.removeItem(atPath: path)
            try await run(restarts: { error in failures.withLock { $0.append(error) } }) { _ in }
        }
        #expect(thrown?.storageFault == .missingOutput)
        #expect(thrown?.message.hasPrefix("'\(letters)' lacks committed output") == true)
        // Without its directory, the first failure is that nothing can be written there.
        let attempts = lost == "archive" && whileItRuns ? 1 : 0
        #expect(failures.withLock { $0.count } == attempts)
    }

    @Test func anArchiveThatHeldNothingIsBegunAgain() async throws {
        defer { try? FileManager.default.removeItem(atPath: data) }
        let archive = "\(data)/archive"
        let restarts = Mutex(0)
        try await run(restarts: { _ in restarts.withLock { $0 += 1 } }) { shop in
            try FileManager.default.removeItem(atPath: archive)
            try await shop.append([], refused: [RefusedInput("no event", [])])
            try await waitForLetters()
        }
        #expect(restarts.withLock { $0 } == 1)
    }
}
