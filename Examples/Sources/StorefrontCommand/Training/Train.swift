import ArgumentParser
import ExampleSupport
import Foundation
import Millrace

/// Trains recommenders off line, and says how well they did.
struct Train: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Trains recommenders on the shop's log or on a recording, and tests them.",
        discussion: """
            The last part of the visits is for tests: a model sees nothing of it. Each further visit of a test \
            session is predicted from those before it. The same data, split and seed give the same figures. \
            Each run leaves a report; `storefront runs` compares them.
            """)

    @Option(help: ArgumentHelp("The shop whose log is used.", valueName: "directory"))
    var data = "storefront-data"

    @Option(
        help: ArgumentHelp(
            "A recording to use instead, as CSV or (named .jsonl or .json) as JSON Lines.",
            valueName: "file"))
    var replay: String?

    @Option(
        name: .customLong("model"),
        help: ArgumentHelp("A model to train; may be given several times. Default: all of them."))
    var models: [ModelName] = []

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("How much of the visits is for tests.", valueName: "share"))
    var testShare = 0.2

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("How many sessions to test with at most.", valueName: "count"))
    var testSessions = 5000

    @Option(parsing: .unconditional, help: "Chooses the test sessions, if there are more.")
    var seed: UInt64 = 1

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "How long a pause begins a new session, where the events name none.",
            valueName: "duration"))
    var sessionGap: DurationArgument = "30m"

    @Option(
        help: ArgumentHelp("Where reports go (runs in the data directory).", valueName: "directory")
    )
    var runs: String?

    @Flag(help: "Go on without damaged records of the log, and say which are lost.")
    var skipDamaged = false

    @Flag(help: "Print a table of all runs behind it.")
    var compare = false

    func validate() throws {
        guard testShare > 0, testShare < 1 else {
            throw ValidationError("--test-share must be more than 0 and less than 1")
        }
        guard testSessions > 0 else { throw ValidationError("--test-sessions must be positive") }
        guard sessionGap.duration > .zero else {
            throw ValidationError("--session-gap must be positive")
        }
    }

    func run() async throws {
        do { try train() } catch { Failure(shopIn: data, error).exit() }
    }

    /// A time as the name of a file: 2026-01-05T12-00-00.000Z.
    private static func name(_ millis: Int64) -> String {
        "\(Timestamp(millis: millis))".replacing(":", with: "-")
    }

    private func train() throws {
        let gap = sessionGap.duration
        let training =
            if let replay {
                try TrainingData(recording: replay, gap: gap)
            } else {
                try TrainingData(logAt: "\(data)/log", gap: gap, skipsDamaged: skipDamaged)
            }
        let names = models.isEmpty ? ModelName.allCases : models
        let parameters = TrainingRun.Parameters(
            source: replay ?? "\(data)/log", models: names.map(\.rawValue), testShare: testShare,
            testSessions: testSessions, seed: seed, sessionGapSeconds: Int(gap.components.seconds))
        let now = Int64(Date().timeIntervalSince1970 * 1000)
        let run = try TrainingRun(training, names, parameters, id: Self.name(now))
        let directory = TrainingRuns(path: runs ?? "\(data)/runs")
        let file = try directory.save(run)
        print(RunTable(compare ? try directory.all() : [run]))
        FileHandle.standardError.write(Data("report: \(file)\n".utf8))
    }
}

/// Compares training runs.
struct Runs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints a table of the training runs.",
        discussion:
            "Runs with the same letter had the same data, split and seed, and can be compared.")

    @Option(help: ArgumentHelp("The shop whose runs are shown.", valueName: "directory"))
    var data = "storefront-data"

    @Option(
        help: ArgumentHelp(
            "Where the reports are (runs in the data directory).", valueName: "directory"))
    var runs: String?

    func run() async throws {
        do { print(RunTable(try TrainingRuns(path: runs ?? "\(data)/runs").all())) } catch {
            Failure(error).exit()
        }
    }
}
