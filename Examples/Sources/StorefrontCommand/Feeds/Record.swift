import ArgumentParser
import Millrace
import ShopSimulation

/// Writes what a made-up shop would have sent as a recording.
struct Record: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Writes a recording of a made-up shop, to be played by serve, report or train.",
        discussion: """
            The events end now, and have the shop's days, nights and weekends. Played fast, weeks pass in \
            minutes: for planning capacity, and for seeing old state go. A file that is there is replaced once \
            the recording is whole; until then it is written beside it, to FILE.partial.
            """)

    @Option(
        help: ArgumentHelp("The file, JSON Lines; its name must end in .jsonl.", valueName: "file"))
    var output: String

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("How many days are recorded, up to 3650.", valueName: "count"))
    var days = 30

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Events per second, as a mean over a week.", valueName: "number"))
    var rate = 1.0

    @Option(parsing: .unconditional, help: "Chooses the made-up shop.")
    var seed: UInt64 = 1

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "How many visitors are known from the beginning; new ones come on top.",
            valueName: "count"))
    var visitors = 200_000

    func validate() throws {
        guard RecordingHeader.isJSON(output) else {
            throw ValidationError("--output must end in .jsonl")
        }
        guard (1...3650).contains(days) else {
            throw ValidationError("--days must be from 1 to 3650")
        }
        guard rate > 0, rate <= 100_000 else {
            throw ValidationError("--rate must be more than 0, and at most 100000")
        }
        guard visitors > 0 else { throw ValidationError("--visitors must be positive") }
    }

    func run() async throws {
        do {
            let count = try write(until: TimeSource.system.now())
            print("\(count) events are recorded in '\(output)'")
        } catch { Failure(error).exit() }
    }

    /// Writes the events of the days before `end`.
    /// - Returns: How many they are.
    /// - Throws: ``Failure`` if the file cannot be written; what was in its place before still is then.
    @discardableResult
    func write(until end: Timestamp) throws(Failure) -> Int {
        var options = ShopOptions()
        options.users = visitors
        options.invalidShare = 0.001
        let traffic = ShopTraffic(
            seed: seed, start: end - .days(days), eventsPerSecond: rate, options: options)
        return try NewFile(output, for: "--output").write { file in
            var arrivals = traffic.makeIterator()
            var count = 0
            while arrivals.nextTime() < end, let arrival = arrivals.next() {
                var json = JSONWriter()
                json.object(arrival.event)
                try file.append(json.bytes + [UInt8(ascii: "\n")])
                count += 1
            }
            return count
        }
    }
}
