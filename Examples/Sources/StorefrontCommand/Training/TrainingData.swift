import Foundation
import Millrace
import Recommender
import Storefront
import Synchronization
import Topologies

/// The views of products that models are trained and tested on, in the order of their times.
struct TrainingData {
    /// The visits, and which begin a session.
    private(set) var visits: [Visit] = []
    /// How many events were read, of every type.
    private(set) var eventCount = 0
    /// How many could not be decoded.
    private(set) var refusedCount = 0
    /// Stands for every visit in its order.
    private(set) var digest: UInt64 = 0xCBF2_9CE4_8422_2325
    private(set) var sessionCount = 0

    /// Reads the views of a stream of events, each event once.
    /// - Parameter gap: How long a pause begins a new session.
    init(gap: Duration, _ read: ((ShopEvent?) throws -> Void) throws -> Void) throws {
        var views: [ShopEvent] = []
        var known: Set<String> = []
        var counts = (events: 0, refused: 0)
        try read { event in
            guard let event else {
                counts.refused += 1
                return
            }
            counts.events += 1
            guard event.type == .view, event.product != nil else { return }
            if let id = event.id, !known.insert(id).inserted { return }
            views.append(event)
        }
        (eventCount, refusedCount) = counts
        number(views, gap: gap)
    }

    /// Numbers users, products, categories and sessions.
    private mutating func number(_ views: [ShopEvent], gap: Duration) {
        // Events of one millisecond keep the order in which they came.
        let order = views.indices.sorted {
            (views[$0].time, $0) < (views[$1].time, $1)
        }
        var users = Interner<String>()
        var items = Interner<String>()
        var categories = Interner<String>()
        var given = Interner<String>()
        var sessions = GapSessions(gap: gap)
        var seen: Set<Int64> = []
        for index in order {
            let event = views[index]
            guard let product = event.product?.description else { continue }
            let name = event.user.description
            let user = users.number(of: name)
            // Sessions that the shop has given are better than guessed ones.
            let session =
                event.session.map { -1 - given.number(of: "\(name) \($0)") }
                ?? sessions.session(of: user, at: event.time)
            seen.insert(session)
            visits.append(
                Visit(
                    time: event.time, user: user, session: session,
                    item: items.number(of: product) + 1,
                    category: event.category.map { categories.number(of: $0) + 1 } ?? 0))
            add("\(event.time.millis) \(name) \(product)")
        }
        sessionCount = seen.count
    }

    /// FNV-1a.
    private mutating func add(_ text: String) {
        for byte in text.utf8 { digest = (digest ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    }

    /// The digest as text.
    var digestText: String {
        let digits = String(digest, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension TrainingData {
    /// Reads a recording: CSV, or JSON Lines if it is named `.jsonl` or `.json`.
    init(recording path: String, gap: Duration) throws {
        try RecordingHeader.check(path)
        var recording = try Recording(path, tag: "row-", from: nil, row: 0)
        try self.init(gap: gap) { take in
            while true {
                let rows = try recording.rows(limit: 1000)
                if rows.isEmpty { return }
                for row in rows {
                    if case .event(let event) = row.content {
                        try take(event)
                    } else {
                        try take(nil)
                    }
                }
            }
        }
    }

    /// Reads the log of a shop, which may be running.
    /// - Parameter skipsDamaged: Whether damaged records are left out, and named on the standard error.
    init(logAt path: String, gap: Duration, skipsDamaged: Bool = false) throws {
        guard FileManager.default.fileExists(atPath: "\(path)/log.meta") else {
            throw Failure.inputOutput(
                "there is no log at '\(path)'; name another place with --data")
        }
        let gaps = Mutex<[EventLogGap]>([])
        let source = EventLogSource(
            at: path, damage: skipsDamaged ? .skip : .fail,
            skipped: { gap in gaps.withLock { $0.append(gap) } }
        ) { ShopLogDecoder() }
        try self.init(gap: gap) { take in
            for split in try source.splits(preferred: 1) {
                var reader = try source.reader(for: split, from: nil)
                var batch = Batch<ShopEvent>()
                var refused = 0
                while true {
                    let status = try reader.read(into: &batch, limit: 1000) { _, _ in refused += 1 }
                    for event in batch.elements { try take(event) }
                    if status != .more { break }
                }
                for _ in 0..<refused { try take(nil) }
            }
        }
        if let warning = Self.warning(gaps.withLock { $0 }) {
            FileHandle.standardError.write(Data("storefront: \(warning)\n".utf8))
        }
    }

    /// What is said of events that are missing, in one line; `nil` if none is.
    static func warning(_ gaps: [EventLogGap]) -> String? {
        if gaps.isEmpty { return nil }
        let count = gaps.reduce(0) { $0 + $1.offsets.count }
        let more = gaps.count > 5 ? "; and \(gaps.count - 5) more" : ""
        return "\(count) events are missing from the log and left out: "
            + gaps.prefix(5).map(\.description).joined(separator: "; ") + more
    }
}
