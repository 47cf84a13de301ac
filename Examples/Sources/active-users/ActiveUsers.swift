import ArgumentParser
import ExampleSupport
import Millrace
import Topologies

@main
struct ActiveUsersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "active-users",
        abstract: "Counts the different users of a tumbling or sliding window.")

    @OptionGroup var common: CommonOptions

    @Option(help: ArgumentHelp("The length of the window.", valueName: "duration"))
    var size: DurationArgument = "5m"

    @Option(
        help: ArgumentHelp(
            "How often a count comes out; by default as often as the window is long.",
            valueName: "duration"))
    var every: DurationArgument?

    @Flag(help: "Count with a sketch: constant memory, a standard error of 0.8 %.")
    var approximate = false

    func run() async throws {
        let window = WindowKind<Click>.sliding(
            size: size.duration, every: (every ?? size).duration)
        try await common.run(
            "active-users", sample: "weblog", columns: ["window start", "window end", "users"],
            row: { (active: ActiveUsers) in
                ["\(active.window.start)", "\(active.window.end)", "\(active.users)"]
            },
            {
                approximate
                    ? approximateActiveUsers($0, in: window) : activeUsers($0, in: window)
            })
    }
}
