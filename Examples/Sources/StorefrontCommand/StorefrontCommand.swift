import ArgumentParser

struct StorefrontCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "storefront",
        abstract: "Live analytics and recommendations of a shop from its clickstream.",
        subcommands: [Serve.self, Report.self, Record.self, Train.self, Runs.self, Health.self],
        defaultSubcommand: Serve.self)
}

public enum Main {
    /// Runs the command that the arguments name. Whatever goes wrong is said in one line, of one form.
    public static func main() async {
        do {
            var command = try StorefrontCommand.parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            failure(error)?.exit()
            StorefrontCommand.exit(withError: error)
        }
    }

    /// What is wrong with the command line; `nil` if nothing is, such as when it asks for help.
    static func failure(_ error: any Error) -> Failure? {
        guard StorefrontCommand.exitCode(for: error) == .validationFailure else { return nil }
        return .usage("\(StorefrontCommand.message(for: error)) (see storefront --help)")
    }
}
