import Millrace
import Topologies

/// Where a session is found: at its user, by its beginning.
struct SessionEntry: Sendable, Comparable, StateCodable {
    var start: Timestamp
    var user: ID

    init(start: Timestamp, user: ID) {
        self.start = start
        self.user = user
    }

    /// The order in which sessions are shown: those that began last first, of those the smaller user's.
    static func < (a: SessionEntry, b: SessionEntry) -> Bool {
        a.start != b.start
            ? a.start > b.start : a.user.description < b.user.description
    }

    func encode(to writer: inout StateWriter) throws {
        writer.write(start.millis)
        try writer.write(value: user)
    }

    init(from reader: inout StateReader) throws {
        start = Timestamp(millis: try reader.read(Int64.self))
        user = try reader.read(value: ID.self)
    }
}

/// A part of the index: open or closed sessions of a part of the users.
struct SessionShard: StreamKey, Codable, BitwiseCopyable {
    static let count = 16

    var isOpen: Bool
    var number: UInt8

    init(isOpen: Bool, user: ID) {
        self.isOpen = isOpen
        // The lower bits decide elsewhere which worker a user belongs to, so they would be uneven here.
        number = UInt8(user.stableHash.combining(1) >> 60)
    }

    var stableHash: UInt64 { (isOpen ? 1 : 0).stableHash.combining(number.stableHash) }
}

/// The newest sessions of a shard, the oldest first, so that new ones come at the end.
struct SessionList: Sendable, StateCodable {
    /// How many sessions a shard keeps: of 16 shards 10,000 in all.
    static let limit = 625

    private(set) var entries: [SessionEntry] = []

    init() {}

    /// - Complexity: O(limit), O(log limit) for a new one.
    mutating func insert(_ entry: SessionEntry) {
        let place = place(of: entry)
        if place < entries.count, entries[place] == entry { return }
        if entries.count == Self.limit {
            if place == 0 { return }
            entries.removeFirst()
            entries.insert(entry, at: place - 1)
        } else {
            entries.insert(entry, at: place)
        }
    }

    mutating func remove(_ entry: SessionEntry) {
        let place = place(of: entry)
        if place < entries.count, entries[place] == entry { entries.remove(at: place) }
    }

    /// Up to `limit` of the entries behind `last` in the order in which they are shown.
    func page(behind last: SessionEntry?, limit: Int) -> some Sequence<SessionEntry> {
        let end = last.map { place(of: $0) } ?? entries.count
        return entries[max(0, end - limit)..<end].reversed()
    }

    /// The place of an entry, or where it would be.
    private func place(of entry: SessionEntry) -> Int {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entry < entries[middle] { low = middle + 1 } else { high = middle }
        }
        return low
    }

    func encode(to writer: inout StateWriter) throws { try writer.write(value: entries) }

    init(from reader: inout StateReader) throws {
        entries = try reader.read(value: [SessionEntry].self)
    }
}

private struct IndexChange: Sendable {
    var shard: SessionShard
    var entry: SessionEntry
    var isAdded: Bool
}

/// The newest sessions of all users, about 10,000 open and as many closed ones, so that they need not be
/// searched for. Older ones are found by their user and id only.
func sessionIndex(_ changes: DataStream<SessionChange>) {
    changes
        .flatMap(name: "index-changes", as: IndexChange.self) { change, emit in
            func emitChange(_ start: Timestamp, isOpen: Bool, isAdded: Bool) throws {
                try emit(
                    IndexChange(
                        shard: SessionShard(isOpen: isOpen, user: change.user),
                        entry: SessionEntry(start: start, user: change.user), isAdded: isAdded))
            }
            for record in change.before {
                try emitChange(record.start, isOpen: record.isOpen, isAdded: false)
            }
            for record in change.after {
                try emitChange(record.start, isOpen: record.isOpen, isAdded: true)
            }
            for start in change.forgotten { try emitChange(start, isOpen: false, isAdded: false) }
        }
        .keyed(by: \.shard)
        .process("session-index", state: SessionList.self, output: Never.self) { change, list, _ in
            if list == nil { list = SessionList() }
            if change.isAdded { list?.insert(change.entry) } else { list?.remove(change.entry) }
        }
        .forEach(name: "session-index-kept") { _, _ in }
}
