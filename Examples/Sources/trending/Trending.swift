import ArgumentParser
import ExampleSupport
import Millrace
import Topologies

@main
struct Trending: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trending",
        abstract: "Ranks the most frequent items of a sliding window.")

    @OptionGroup var common: CommonOptions

    @Option(help: ArgumentHelp("The length of the window.", valueName: "duration"))
    var size: DurationArgument = "1h"

    @Option(help: ArgumentHelp("How often a ranking comes out.", valueName: "duration"))
    var every: DurationArgument = "5m"

    @Option(help: ArgumentHelp("How many places a ranking has.", valueName: "count"))
    var top = 10

    @Option(help: ArgumentHelp("The event types that count, with commas.", valueName: "types"))
    var types = "view"

    func validate() throws {
        if top < 1 { throw ValidationError("--top must be at least 1") }
    }

    func run() async throws {
        let types = Set(types.split(separator: ",").map(String.init))
        try await common.run(
            "trending", sample: "weblog",
            columns: ["window end", "events", "items", "top"],
            row: { (ranking: Ranking) in
                let best = ranking.top.prefix(3).map { "\($0.item) (\($0.count))" }
                return [
                    "\(ranking.window.end)", "\(ranking.events)", "\(ranking.items)",
                    best.joined(separator: "  "),
                ]
            },
            {
                trending(
                    $0, types: types, size: size.duration, every: every.duration, depth: top)
            })
    }
}
