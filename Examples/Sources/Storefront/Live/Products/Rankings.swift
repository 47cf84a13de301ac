import Millrace
import Topologies

/// A ranking as it is now, and as it was at the end of the last minute.
struct LiveRanking: Sendable, StateCodable {
    private(set) var now = Leaderboard()
    private var closed = Leaderboard()
    /// What has been told of minutes whose end has not been reached yet.
    private var pending: [Pending] = []
    /// The time of the newest event that has counted.
    private(set) var latest = Timestamp.none

    private struct Pending: Sendable {
        var minute: Int32
        var key: ID
        var standing: Standing
    }

    init() {}

    /// Takes a change; gives the minute at whose beginning ``close(at:)`` is due, if it is a new one.
    mutating func apply(_ change: RankChange, at time: Timestamp) -> Int32? {
        now.set(change.key, change.now)
        guard let closed = change.closed else {
            latest = max(latest, time)
            return nil
        }
        defer {
            pending.append(
                Pending(minute: closed.minute, key: change.key, standing: closed.standing))
        }
        return pending.last?.minute == closed.minute ? nil : closed.minute
    }

    /// The first places at the beginning of `minute`, once all changes before it have come.
    mutating func close(at minute: Int32) -> [Leaderboard.Place] {
        // Each key's changes come in the order of their minutes, but those of several instances mix.
        let due = pending.partition { $0.minute <= minute }
        for change in pending[due...].sorted(by: { $0.minute < $1.minute }) {
            closed.set(change.key, change.standing)
        }
        pending.removeSubrange(due...)
        return closed.best(Self.depth)
    }

    /// Nobody is left, and nothing is waited for.
    var isEmpty: Bool { now.count == 0 && closed.count == 0 && pending.isEmpty }

    /// How many places are kept of each minute.
    static let depth = 20

    func encode(to writer: inout StateWriter) throws {
        try writer.write(value: now)
        try writer.write(value: closed)
        writer.write(latest.millis)
        writer.write(count: pending.count)
        for change in pending {
            writer.write(change.minute)
            writer.write(change.key.description)
            try writer.write(value: change.standing)
        }
    }

    init(from reader: inout StateReader) throws {
        now = try reader.read(value: Leaderboard.self)
        closed = try reader.read(value: Leaderboard.self)
        latest = Timestamp(millis: try reader.read(Int64.self))
        for _ in 0..<(try reader.readCount()) {
            pending.append(
                Pending(
                    minute: try reader.read(Int32.self), key: ID(try reader.read(String.self)),
                    standing: try reader.read(value: Standing.self)))
        }
    }
}

/// The first places of a ranking at the beginning of a minute.
struct MinuteRanking: Sendable {
    var kind: RankingKind
    var minute: Int32
    var places: [Leaderboard.Place]
}

/// Keeps each ranking up to date, and emits its first places at the end of each minute in which it has changed.
func rankings(_ changes: DataStream<RankChange>, name: String) -> DataStream<MinuteRanking> {
    changes
        .keyed(by: { $0.kind })
        .process(
            name, state: LiveRanking.self, output: MinuteRanking.self,
            onElement: { change, ranking, context in
                if ranking == nil { ranking = LiveRanking() }
                if let minute = ranking?.apply(change, at: context.timestamp) {
                    context.setTimer(at: RollingRules.end(before: minute))
                }
            },
            onTimer: { timer, ranking, context in
                let minute = RollingRules.minute(of: timer.timestamp) + 1
                let places = ranking?.close(at: minute) ?? []
                context.emit(MinuteRanking(kind: context.key, minute: minute, places: places))
                if ranking?.isEmpty == true { ranking = nil }
            })
}
