import Foundation
import Millrace
import Recommender
import Storefront
import Testing
import Topologies

@testable import StorefrontCommand

@Suite struct TrainingTests {
    private static let models: [ModelName] = [.popularity, .sequential, .neighbours]

    /// Visitors who look at neighbouring products, one after the other.
    private func data(shift: Int = 0) throws -> TrainingData {
        try TrainingData(gap: .minutes(30)) { take in
            for visit in 0..<160 {
                let start = 1_767_614_400_000 + Int64(visit) * 60_000
                for step in 0..<4 {
                    let product = (visit * 7 % 12 + step + shift) % 12
                    try take(
                        ShopEvent(
                            id: "\(visit)-\(step)", .view, user: ID("u\(visit)"),
                            product: ID("p\(product)"),
                            time: Timestamp(millis: start + Int64(step) * 1000)))
                }
            }
        }
    }

    private func run(_ data: TrainingData, seed: UInt64 = 3, sessions: Int = 10) throws
        -> TrainingRun
    {
        try TrainingRun(
            data, Self.models,
            .init(
                source: "test", models: Self.models.map(\.rawValue), testShare: 0.25,
                testSessions: sessions, seed: seed, sessionGapSeconds: 1800), id: "1")
    }

    /// A run without what depends on the machine.
    private func figures(_ run: TrainingRun) -> TrainingRun {
        var run = run
        run.seconds = 0
        for index in run.models.indices {
            run.models[index].trainingSeconds = 0
            run.models[index].microsecondsPerList = 0
        }
        return run
    }

    @Test func theSameDataSplitAndSeedGiveTheSameFigures() throws {
        let first = try run(data())
        #expect(figures(try run(data())) == figures(first))
        #expect(figures(try run(data(), seed: 4)) != figures(first))
        #expect(try run(data(shift: 1)).data.digest != first.data.digest)
    }

    @Test func whatIsPredictableIsPredicted() throws {
        let run = try run(data())
        let recall = Dictionary(uniqueKeysWithValues: run.models.map { ($0.model, $0) })
        #expect(recall["sequential"]?.recallAt5 ?? 0 > 0.6)
        #expect(recall["neighbours"]?.recallAt20 == 1)
        #expect(recall["popularity"]?.recallAt5 ?? 1 < 0.7)
        #expect(run.models.allSatisfy { $0.predictions == 10 * 3 })
        #expect(
            run.models.allSatisfy { $0.recallAt5 <= $0.recallAt20 && $0.mrrAt20 <= $0.recallAt20 })
    }

    @Test func nothingIsLearnedFromTheTests() throws {
        let data = try data()
        let split = TrainingSplit(data.visits, testShare: 0.25, limit: 1000, seed: 1)
        #expect(split.training.allSatisfy { $0.time < split.time })
        #expect(split.tests.allSatisfy { $0[0].time >= split.time })
        #expect(split.tests.count == 40)
        #expect(data.sessionCount == 160)
    }

    @Test func missingEventsAreSaidInOneLine() {
        let gaps = (0..<7).map { EventLogGap(partition: 0, offsets: $0 * 10..<($0 * 10 + 2)) }
        #expect(TrainingData.warning([]) == nil)
        let one = "2 events are missing from the log and left out: partition 0, offsets 0 to 1"
        #expect(TrainingData.warning(Array(gaps.prefix(1))) == one)
        let all = TrainingData.warning(gaps)
        #expect(all?.hasPrefix("14 events") == true)
        #expect(all?.hasSuffix("offsets 40 to 41; and 2 more") == true)
    }

    @Test func reportsAreKeptAndCompared() async throws {
        try await withDirectory { directory in
            let runs = TrainingRuns(path: "\(directory)/runs")
            #expect(throws: Failure.self) { try runs.all() }
            var first = try run(data())
            first.id = "2026-01-05"
            var second = try run(data(), seed: 4)
            second.id = "2026-01-06"
            _ = try runs.save(second)
            _ = try runs.save(first)
            #expect(try runs.all().map(\.id) == ["2026-01-05", "2026-01-06"])
            let lines = RunTable(try runs.all()).description.split(separator: "\n")
            #expect(lines.count == 1 + 2 * Self.models.count)
            #expect(lines[1].contains("  A "))
            #expect(lines.last?.contains("  B ") == true)
        }
    }

    @Test func theLogOfAShopIsReadWhileItRuns() async throws {
        try await withDirectory { directory in
            let shop = try LiveShop(ShopConfiguration(data: directory))
            let event = ShopEvent(
                id: "1", .view, user: "u", product: "p", time: Timestamp(millis: 1_767_614_400_000))
            try await shop.append([event, event], refused: [RefusedInput("{", [])])
            let data = try TrainingData(logAt: "\(directory)/log", gap: .minutes(30))
            #expect((data.eventCount, data.visits.count, data.refusedCount) == (2, 1, 1))
            #expect(throws: Failure.self) { try run(data) }
        }
    }
}
