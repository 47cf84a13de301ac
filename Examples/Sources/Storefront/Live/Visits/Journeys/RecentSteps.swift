import Millrace

/// A user's last steps in the order of their times.
struct RecentSteps: Sendable, StateCodable {
    /// How many steps are kept: an event that is older than all of them is left out of transitions.
    static let limit = 64

    /// A step; its place is empty if the event says none.
    struct Step: Sendable, StateCodable {
        var time: Timestamp
        var type: EventType
        var place: String

        init(_ event: ShopEvent) {
            time = event.time
            type = event.type
            place = event.place ?? ""
        }

        func encode(to writer: inout StateWriter) throws {
            writer.write(time.millis)
            writer.write(type.rawValue)
            writer.write(place)
        }

        init(from reader: inout StateReader) throws {
            time = Timestamp(millis: try reader.read(Int64.self))
            type = EventType(rawValue: try reader.read(UInt8.self)) ?? .view
            place = try reader.read(String.self)
        }
    }

    private var steps: [Step] = []

    init() {}

    /// Takes in an event, which may be older than others: then it goes between two steps, whose transition is
    /// taken back.
    mutating func add(_ event: ShopEvent, gap: Duration, _ emit: (TransitionDelta) -> Void) {
        let step = Step(event)
        var index = steps.count
        while index > 0, steps[index - 1].time > step.time { index -= 1 }
        if index == 0, steps.count == Self.limit { return }
        emitTypes(step, at: index, gap, emit)
        emitPlaces(step, at: index, gap, emit)
        steps.insert(step, at: index)
        if steps.count > Self.limit { steps.removeFirst() }
    }

    private func emitTypes(
        _ step: Step, at index: Int, _ gap: Duration, _ emit: (TransitionDelta) -> Void
    ) {
        let before = index > 0 ? steps[index - 1] : nil
        let after = index < steps.count ? steps[index] : nil
        if let before, let after, after.time - before.time < gap {
            emit(.types(before, after, -1))
        }
        if let before, step.time - before.time < gap { emit(.types(before, step, 1)) }
        if let after, after.time - step.time < gap { emit(.types(step, after, 1)) }
    }

    private func emitPlaces(
        _ step: Step, at index: Int, _ gap: Duration, _ emit: (TransitionDelta) -> Void
    ) {
        let before = placed(from: index - 1, by: -1, next: step.time, gap)
        let after = placed(from: index, by: 1, next: step.time, gap)
        // The two were linked before only if the steps between them were near enough without this one.
        let wereLinked = isLinked(across: index, gap)
        if step.place.isEmpty {
            if let before, let after, !wereLinked { emit(.places(before, after, 1)) }
            return
        }
        if let before, let after, wereLinked { emit(.places(before, after, -1)) }
        if let before { emit(.places(before, step, 1)) }
        if let after { emit(.places(step, after, 1)) }
    }

    /// The next step with a place in one direction, within the session.
    private func placed(
        from first: Int, by direction: Int, next time: Timestamp, _ gap: Duration
    ) -> Step? {
        var (index, time) = (first, time)
        while steps.indices.contains(index) {
            let step = steps[index]
            guard abs(step.time.millis - time.millis) < gap.wholeMillis else { return nil }
            if !step.place.isEmpty { return step }
            time = step.time
            index += direction
        }
        return nil
    }

    private func isLinked(across index: Int, _ gap: Duration) -> Bool {
        index > 0 && index < steps.count && steps[index].time - steps[index - 1].time < gap
    }

    func encode(to writer: inout StateWriter) throws { try writer.write(value: steps) }

    init(from reader: inout StateReader) throws {
        steps = try reader.read(value: [Step].self)
    }
}

/// A transition more, or less, or a path.
struct TransitionDelta: Sendable {
    /// What a transition is between.
    enum Kind: Sendable {
        case types(from: EventType, to: EventType)
        case places(from: String, to: String)
        /// The types of a session that is over, a digit each.
        case path(String)
    }

    var hour: Int64
    var kind: Kind
    var count: Int

    static func types(_ from: RecentSteps.Step, _ to: RecentSteps.Step, _ count: Int) -> Self {
        Self(hour: to.time.hour, kind: .types(from: from.type, to: to.type), count: count)
    }

    static func places(_ from: RecentSteps.Step, _ to: RecentSteps.Step, _ count: Int) -> Self {
        Self(hour: to.time.hour, kind: .places(from: from.place, to: to.place), count: count)
    }

    static func path(_ session: LiveSession, _ count: Int) -> Self {
        let digits = session.path.map { UInt8(48 + $0.rawValue) }
        return Self(
            hour: session.end.hour, kind: .path(String(decoding: digits, as: UTF8.self)),
            count: count)
    }
}
