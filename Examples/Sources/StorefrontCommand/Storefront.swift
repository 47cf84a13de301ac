import ArgumentParser

@main
struct StorefrontCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "storefront",
        abstract: "Live analytics of a shop from its clickstream.",
        subcommands: [Report.self])
}
