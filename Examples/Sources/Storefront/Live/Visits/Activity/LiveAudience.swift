import Millrace

/// The users that were active in the 1, 5 and 15 minutes up to the end of a minute.
struct AudienceFigures: Sendable, BitwiseCopyable {
    var one: Int32 = 0
    var five: Int32 = 0
    var fifteen: Int32 = 0
}

/// Active users: by minute for a day, and by the second in which each was seen last for the present.
struct AudienceSeries: Sendable, StateCodable {
    static let arrivalSeconds = 32
    /// The newest event.
    private(set) var newest = Timestamp.none
    private(set) var minutes = MinuteRing(AudienceFigures(), count: 26 * 60)
    /// How many users were seen last in each second.
    private var lastSeen = MinuteRing(Int32(0), count: 1024)
    /// How many events came in, by the second of the clock.
    private(set) var arrivals = MinuteRing(Int32(0), count: arrivalSeconds)

    init() {}

    mutating func add(_ change: VisitChange, at now: Timestamp) {
        newest = max(newest, change.time)
        arrivals.update(now.second) { $0 += 1 }
        add(change.minute, \.one)
        add(change.fiveMinutes, \.five)
        add(change.quarter, \.fifteen)
        guard change.isSeenLater else { return }
        lastSeen.update(change.time.second) { $0 += 1 }
        if change.seenBefore != .min { lastSeen.update(change.seenBefore) { $0 -= 1 } }
    }

    private mutating func add(
        _ span: MinuteSpan, _ field: WritableKeyPath<AudienceFigures, Int32>
    ) {
        guard span.first <= span.last else { return }
        for minute in span.first...span.last { minutes.update(minute) { $0[keyPath: field] += 1 } }
    }

    /// The users seen in the last minutes, up to the second of the newest event.
    func users(inLast minutes: Int) -> Int {
        let now = newest.second
        var sum = 0
        for second in (now - Int64(minutes) * 60 + 1)...now { sum += Int(lastSeen[second]) }
        return sum
    }

    func encode(to writer: inout StateWriter) throws {
        writer.write(newest.millis)
        try writer.write(value: minutes)
        try writer.write(value: lastSeen)
        try writer.write(value: arrivals)
    }

    init(from reader: inout StateReader) throws {
        newest = Timestamp(millis: try reader.read(Int64.self))
        minutes = try reader.read(value: MinuteRing<AudienceFigures>.self)
        lastSeen = try reader.read(value: MinuteRing<Int32>.self)
        arrivals = try reader.read(value: MinuteRing<Int32>.self)
    }
}

/// Active users, exactly: per minute for 26 hours, and now. One state of some 40 KB.
func liveAudience(_ changes: DataStream<VisitChange>) {
    changes
        .keyed(by: { _ in 0 })
        .process("audience", state: AudienceSeries.self, output: Never.self) {
            change, series, context in
            if series == nil { series = AudienceSeries() }
            series?.add(change, at: context.now)
        }
        .forEach(name: "audience-kept") { _, _ in }
}
