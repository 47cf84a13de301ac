import ArgumentParser

/// The flags of `storefront serve`. What is not given comes from the environment, then from the configuration
/// file, then from the defaults.
struct ServeOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Settings as a JSON object with the names of these flags.", valueName: "file"))
    var config: String?

    @Option(
        help: ArgumentHelp(
            "Where the log, the state and the archive are (storefront-data).",
            valueName: "directory"))
    var data: String?

    @Option(help: ArgumentHelp("The address to listen on (127.0.0.1).", valueName: "address"))
    var host: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The port; 0 for any that is free (8080).", valueName: "number"))
    var port: String?

    @Option(
        help: ArgumentHelp(
            "The products, as CSV or JSON Lines (catalogue.jsonl in the data directory, if it is there).",
            valueName: "file"))
    var catalogue: String?

    @Flag(
        inversion: .prefixedNo,
        help: "Whether a made-up shop sends events; by default, if nothing is replayed.")
    var simulation: Bool?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Events per second of the made-up shop (50).", valueName: "number"))
    var rate: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Chooses the made-up shop (1).", valueName: "number"))
    var seed: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "How far back the made-up shop makes up for what it has missed (1h).",
            valueName: "duration"))
    var history: String?

    @Option(
        help: ArgumentHelp(
            "A recording to play, as CSV or (named .jsonl or .json) as JSON Lines.",
            valueName: "file"))
    var replay: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Seconds of the recording per second, or max for as fast as it goes (1).",
            valueName: "factor"))
    var speed: String?

    @Option(
        help: ArgumentHelp(
            "The bearer token that senders of events need. Better in STOREFRONT_TOKEN or a file: flags "
                + "are seen by other users of the machine.", valueName: "token"))
    var token: String?

    @Option(help: ArgumentHelp("A file that holds the token of senders.", valueName: "file"))
    var tokenFile: String?

    @Option(help: ArgumentHelp("The bearer token of operators.", valueName: "token"))
    var adminToken: String?

    @Option(help: ArgumentHelp("A file that holds the token of operators.", valueName: "file"))
    var adminTokenFile: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("How often the state is made safe (5s).", valueName: "duration"))
    var checkpointInterval: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("How many partitions a new log has (1).", valueName: "number"))
    var partitions: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "How long events stay in the log (forever).", valueName: "duration"))
    var logAge: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "How large a partition of the log may become (unlimited): 10GB.", valueName: "size"))
    var logSize: String?

    @Flag(
        help: """
            Go on without damaged records of the log, and say which are lost; otherwise they end the \
            start.
            """)
    var skipDamaged = false

    @Option(help: ArgumentHelp("Where alerts are sent by POST.", valueName: "URL"))
    var webhook: String?

    @Option(
        help: ArgumentHelp("From which level on messages are written (info).", valueName: "level"))
    var logLevel: String?

    /// What was given.
    var layer: SettingLayer {
        let given: [Setting: String?] = [
            .data: data, .host: host, .port: port, .catalogue: catalogue,
            .simulation: simulation.map { "\($0)" },
            .rate: rate, .seed: seed, .history: history, .replay: replay, .speed: speed,
            .token: token, .tokenFile: tokenFile, .adminToken: adminToken,
            .adminTokenFile: adminTokenFile, .checkpointInterval: checkpointInterval,
            .partitions: partitions, .logAge: logAge, .logSize: logSize, .webhook: webhook,
            .logLevel: logLevel, .skipDamaged: skipDamaged ? "true" : nil,
        ]
        return .flags(given.compactMapValues { $0 })
    }

    /// The settings: flags, then the environment, then the file, then the defaults.
    /// - Throws: ``Failure``
    func settings(environment: [String: String]) throws(Failure) -> Settings {
        var layers = [layer]
        // STOREFRONT_CONFIG names the file, and is no setting that could be in it.
        var environment = environment
        let file = config ?? environment["STOREFRONT_CONFIG"]
        environment["STOREFRONT_CONFIG"] = nil
        layers.append(try .environment(environment))
        if let file { layers.append(try .file(file)) }
        return try Settings(layers)
    }
}
