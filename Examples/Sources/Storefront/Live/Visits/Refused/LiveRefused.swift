import Millrace

/// How many events were refused for one reason, and the last of them.
struct RefusedLog: Sendable, Codable {
    static let limit = 200
    static let inputLimit = 1000
    static let hours = 30

    /// Counts by the hour of event time in which they came in, which is not that of a late event.
    private var counts: [Int64: Int] = [:]
    private(set) var letters: [RefusedLetter] = []

    mutating func add(_ refused: RefusedEvent, hour: Int64, at now: Timestamp) {
        counts[hour, default: 0] += 1
        if counts.count > 2 * Self.hours {
            counts = counts.filter { $0.key > hour - Int64(Self.hours) - 1 }
        }
        if letters.count == Self.limit { letters.removeFirst() }
        letters.append(
            RefusedLetter(
                time: now, reason: refused.reason, event: refused.event,
                input: refused.input.map { String($0.prefix(Self.inputLimit)) },
                errors: refused.errors, place: refused.place))
    }

    /// How many were refused in the 30 hours that end with `hour`, and since.
    func count(since hour: Int64) -> Int {
        counts.reduce(0) { $1.key > hour - Int64(Self.hours) ? $0 + $1.value : $0 }
    }
}

/// Counts what was refused, keeps the last 200 of each reason, and writes all of it to a file, once each.
///
/// Each counts in the hour of event time in which it came in, however old it is. An event that is late, which is
/// behind the watermark, is not refused: every view that goes back so far has it where its time belongs. Only
/// alerts and the archive of hours that are over go without it.
func liveRefused(_ refused: DataStream<RefusedEvent>, _ configuration: ShopConfiguration) {
    refused
        .keyed(by: \.reason.rawValue)
        .process("refused", state: RefusedLog.self, output: Never.self) { refused, log, context in
            var known = log ?? RefusedLog()
            log = nil
            let reached =
                context.watermark == .none
                ? refused.event?.time ?? context.now : context.watermark
            known.add(refused, hour: reached.hour, at: context.now)
            log = known
        }
        .forEach(name: "refused-kept") { _, _ in }
    refused.sink(
        .jsonLines("\(configuration.archivePath)/dead_letters.jsonl"), name: "dead_letters.jsonl")
}
