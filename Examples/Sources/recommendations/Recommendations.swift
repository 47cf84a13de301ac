import ArgumentParser
import ExampleSupport
import Millrace
import Recommender
import Topologies

@main
struct Recommendations: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recommendations",
        abstract: "Recommends items to users, learning from every event.",
        discussion: """
            By default each view is followed by what to show next. --similar writes the most similar \
            items of every item at the end of the input; --evaluate compares models test-then-learn.
            """)

    @OptionGroup var common: CommonOptions

    @Flag(help: "Write the most similar items of every item at the end.")
    var similar = false

    @Flag(help: "Compare models: each predicts every view before it learns it.")
    var evaluate = false

    @Option(help: ArgumentHelp("How many items a list has.", valueName: "count"))
    var top = 20

    @Option(
        help: ArgumentHelp(
            "The pause that ends a session, where the input gives no sessions.",
            valueName: "duration"))
    var gap: DurationArgument = "30m"

    @Flag(help: "Leave the items of the current session out of the lists.")
    var excludeSeen = false

    @Option(help: ArgumentHelp("Evaluate the first views only.", valueName: "count"))
    var first: Int?

    @Option(
        help: ArgumentHelp(
            "Remember this many items per user and neighbours per item at the most.",
            valueName: "count"))
    var limit: Int?

    @Option(
        help: ArgumentHelp(
            "The time in which a similarity count loses half of its weight.",
            valueName: "duration"))
    var halfLife: DurationArgument?

    func validate() throws {
        if similar, evaluate { throw ValidationError("choose --similar or --evaluate") }
        if top < 1 { throw ValidationError("--top must be at least 1") }
        if let limit, limit < 1 { throw ValidationError("--limit must be at least 1") }
    }

    func run() async throws {
        if similar { return try await runSimilar() }
        if evaluate { return try await runEvaluation() }
        try await common.run(
            "recommendations", sample: "weblog", columns: ["time", "user", "after", "next"],
            row: { (made: Recommendation) in
                let items = made.items.prefix(3).map(\.description)
                return [
                    "\(made.time)", "\(made.user)", "\(made.after)", items.joined(separator: "  "),
                ]
            },
            {
                recommendations(
                    $0, sessionGap: gap.duration, count: top, excludesSeen: excludeSeen)
            })
    }

    private func runSimilar() async throws {
        let options = SimilarityOptions(
            historyLimit: limit, neighbourLimit: limit, halfLife: halfLife?.duration)
        try await common.run(
            "similar-items", sample: "retail", columns: ["item", "similar"],
            row: { (row: SimilarItems) in
                let items = row.similar.prefix(4).map { "\($0.item) (\($0.pairCount))" }
                return ["\(row.item)", items.joined(separator: "  ")]
            },
            { similarItems($0, options: options, depth: top) })
    }

    private func runEvaluation() async throws {
        try await common.run(
            "evaluation", sample: "weblog",
            columns: ["model", "HR@20", "MRR@20", "predictions", "time to learn"],
            row: { (score: ModelScore) in
                [
                    score.model, "\(score.hitRate)", "\(score.meanReciprocalRank)",
                    "\(score.predictions)", "\(score.learning)",
                ]
            },
            {
                evaluation(
                    $0, sessionGap: gap.duration, excludesSeen: excludeSeen, first: first)
            })
    }
}
