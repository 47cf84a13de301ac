import ArgumentParser

@main
struct StorefrontCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "storefront",
        abstract: "Live analytics and recommendations of a shop from its clickstream.",
        subcommands: [Serve.self, Report.self, Train.self, Runs.self, Health.self],
        defaultSubcommand: Serve.self)
}
