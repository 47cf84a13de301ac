import ArgumentParser
import ExampleSupport
import Millrace
import Topologies

@main
struct Sessionization: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sessionization",
        abstract: "Groups each user's events into sessions by inactivity.")

    @OptionGroup var common: CommonOptions

    @Option(
        help: ArgumentHelp(
            "The silence after which a new session begins; exactly this long is long enough.",
            valueName: "duration"))
    var gap: DurationArgument = "30m"

    func run() async throws {
        try await common.run(
            "sessionization", sample: "weblog",
            columns: ["user", "start", "duration", "events", "purchases"],
            row: { (session: Session) in
                [
                    "\(session.user)", "\(session.start)", "\(session.end - session.start)",
                    "\(session.events)", "\(session.purchases)",
                ]
            },
            { sessions($0, gap: gap.duration) })
    }
}
