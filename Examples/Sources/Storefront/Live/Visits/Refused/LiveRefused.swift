import Millrace

/// How many events were refused for one reason, and the last of them.
struct RefusedLog: Sendable, Codable {
    static let limit = 200
    static let inputLimit = 1000
    static let hours = 30

    /// Counts by hour.
    private var counts: [Int64: Int] = [:]
    private(set) var letters: [RefusedLetter] = []

    mutating func add(_ refused: RefusedEvent, hour: Int64, at now: Timestamp) {
        counts[hour, default: 0] += 1
        if counts.count > 2 * Self.hours {
            let newest = counts.keys.max() ?? hour
            counts = counts.filter { $0.key > newest - Int64(Self.hours) - 1 }
        }
        if letters.count == Self.limit { letters.removeFirst() }
        letters.append(
            RefusedLetter(
                time: now, reason: refused.reason, event: refused.event,
                input: refused.input.map { String($0.prefix(Self.inputLimit)) },
                errors: refused.errors))
    }

    /// How many were refused in the 30 hours that end with `hour`.
    func count(upTo hour: Int64) -> Int {
        counts.reduce(0) { sum, entry in
            entry.key <= hour && entry.key > hour - Int64(Self.hours) ? sum + entry.value : sum
        }
    }
}

/// Counts what was refused, keeps the last 200 of each reason, and writes all of it to a file, once each.
///
/// An event that could not be understood counts in the hour of event time in which it came in. An event that is
/// late, which is behind the watermark, is not refused: every view has it where its time belongs. Only alerts
/// and the archive of hours that are over go without it.
func liveRefused(_ refused: DataStream<RefusedEvent>, _ configuration: ShopConfiguration) {
    refused
        .keyed(by: \.reason.rawValue)
        .process("refused", state: RefusedLog.self, output: Never.self) { refused, log, context in
            var known = log ?? RefusedLog()
            log = nil
            let reached = context.watermark == .none ? context.now : context.watermark
            known.add(refused, hour: (refused.event?.time ?? reached).hour, at: context.now)
            log = known
        }
        .forEach(name: "refused-kept") { _, _ in }
    refused.sink(
        .jsonLines("\(configuration.archivePath)/dead_letters.jsonl"), name: "dead_letters.jsonl")
}
