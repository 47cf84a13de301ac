import Foundation
import Millrace

/// The report of a training run: what was done with what, and what came out.
struct TrainingRun: Codable, Equatable {
    /// The time of its beginning as text; names the report's file.
    var id: String
    var parameters: Parameters
    var data: DataFigures
    var models: [ModelFigures]
    var seconds: Double

    struct Parameters: Codable, Equatable {
        var source: String
        var models: [String]
        var testShare: Double
        var testSessions: Int
        var seed: UInt64
        var sessionGapSeconds: Int

        enum CodingKeys: String, CodingKey {
            case source, models, seed
            case testShare = "test_share"
            case testSessions = "test_sessions"
            case sessionGapSeconds = "session_gap_seconds"
        }
    }

    struct DataFigures: Codable, Equatable {
        /// Equal for equal visits in the same order.
        var digest: String
        var events: Int
        var refused: Int
        var visits: Int
        var sessions: Int
        var trainingVisits: Int
        var testSessions: Int
        /// When the tests begin, in milliseconds since 1970.
        var splitTime: Int64

        enum CodingKeys: String, CodingKey {
            case digest, events, refused, visits, sessions
            case trainingVisits = "training_visits"
            case testSessions = "test_sessions"
            case splitTime = "split_time"
        }
    }

    /// Splits, trains and tests.
    /// - Throws: ``Failure`` if the data holds nothing to test with.
    init(_ data: TrainingData, _ models: [ModelName], _ parameters: Parameters, id: String) throws {
        let began = ContinuousClock.now
        let split = TrainingSplit(
            data.visits, testShare: parameters.testShare, limit: parameters.testSessions,
            seed: parameters.seed)
        guard !split.training.isEmpty, !split.tests.isEmpty else {
            throw Failure.data(
                "'\(parameters.source)' has too few views of products to train with: "
                    + "\(split.training.count) before the split and \(split.tests.count) test sessions"
            )
        }
        self.id = id
        self.parameters = parameters
        self.models = models.map { ModelFigures($0, on: split) }
        self.data = DataFigures(
            digest: data.digestText, events: data.eventCount, refused: data.refusedCount,
            visits: data.visits.count, sessions: data.sessionCount,
            trainingVisits: split.training.count, testSessions: split.tests.count,
            splitTime: split.time.millis)
        seconds = (ContinuousClock.now - began) / .seconds(1)
    }
}

/// The directory of the reports.
struct TrainingRuns {
    let path: String

    /// Writes a run's report.
    /// - Returns: Its file.
    /// - Throws: ``Failure`` if it cannot be written.
    func save(_ run: TrainingRun) throws -> String {
        let file = "\(path)/\(run.id).json"
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true)
            try encoder.encode(run).write(to: URL(filePath: file), options: .atomic)
        } catch {
            throw Failure.inputOutput("the report '\(file)' cannot be written")
        }
        return file
    }

    /// All reports, the oldest first.
    /// - Throws: ``Failure`` if the directory or a report cannot be read.
    func all() throws -> [TrainingRun] {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
            throw Failure.inputOutput(
                "there are no runs at '\(path)'; name another place with --runs")
        }
        return try names.filter { $0.hasSuffix(".json") }.sorted().map { name in
            do {
                return try JSONDecoder().decode(
                    TrainingRun.self, from: Data(contentsOf: URL(filePath: "\(path)/\(name)")))
            } catch {
                throw Failure.data("'\(path)/\(name)' is no report of a training run; move it away")
            }
        }
    }
}
