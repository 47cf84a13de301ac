import Millrace
import Topologies

/// Where a user stands in a session.
private struct OpenJourney: Sendable, StateCodable {
    static let pathLimit = 50

    var last: Timestamp
    /// The types so far, a digit each; no more than 50 of them.
    var path = ""
    /// The last page, or product; empty if there was none yet.
    var place = ""
    /// When the timer is set that ends it.
    var timer = Timestamp.none

    init(at time: Timestamp) { last = time }

    mutating func append(_ type: EventType) {
        guard path.utf8.count < Self.pathLimit else { return }
        path.unicodeScalars.append(Unicode.Scalar(48 + type.rawValue))
    }

    func encode(to writer: inout StateWriter) throws {
        writer.write(last.millis)
        writer.write(timer.millis)
        writer.write(path)
        writer.write(place)
    }

    init(from reader: inout StateReader) throws {
        last = Timestamp(millis: try reader.read(Int64.self))
        timer = Timestamp(millis: try reader.read(Int64.self))
        path = try reader.read(String.self)
        place = try reader.read(String.self)
    }
}

/// What a visitor did next, or the whole path of a session that is over.
struct JourneyStep: Sendable {
    var time: Timestamp
    var last: EventType?
    var type = EventType.view
    var lastPlace = ""
    var place = ""
    /// The types of the path, a digit each; empty while the session goes on.
    var path = ""
}

/// Follows each user through a session, in the order of event time.
func journeySteps(_ ordered: DataStream<Arrival>, gap: Duration) -> DataStream<JourneyStep> {
    ordered
        .filter(name: "visitors-only") { !$0.isBot }
        .keyed(by: \.event.user)
        .process(
            "live-journeys", state: OpenJourney.self, output: JourneyStep.self,
            onElement: { arrival, state, context in
                let event = arrival.event
                var journey = state ?? OpenJourney(at: event.time)
                state = nil
                if event.time - journey.last >= gap {
                    context.emit(JourneyStep(time: journey.last, path: journey.path))
                    (journey.path, journey.place) = ("", "")
                }
                let last = journey.path.utf8.last.flatMap { EventType(rawValue: $0 - 48) }
                journey.last = event.time
                let place = event.place ?? ""
                if last != nil || !place.isEmpty {
                    context.emit(
                        JourneyStep(
                            time: event.time, last: last, type: event.type,
                            lastPlace: journey.place, place: place))
                }
                if !place.isEmpty { journey.place = place }
                journey.append(event.type)
                if journey.timer == .none {
                    journey.timer = event.time + gap - .milliseconds(1)
                    context.setTimer(at: journey.timer)
                }
                state = journey
            },
            onTimer: { _, state, context in
                guard var journey = state else { return }
                let due = journey.last + gap - .milliseconds(1)
                if due <= context.watermark {
                    context.emit(JourneyStep(time: journey.last, path: journey.path))
                    state = nil
                } else {
                    journey.timer = due
                    context.setTimer(at: due)
                    state = journey
                }
            })
}

/// How often visitors went from where to where in an hour.
struct HourJourneys: Sendable, StateCodable {
    /// By the type before and the type behind it.
    private(set) var types = Array(
        repeating: 0, count: EventType.allCases.count * EventType.allCases.count)
    private(set) var pages = SpaceSaving<Transition>(capacity: 1000)
    private(set) var paths = SpaceSaving<String>(capacity: 1000)

    init() {}

    mutating func add(_ step: JourneyStep) {
        if !step.path.isEmpty { return paths.insert(step.path) }
        if let last = step.last {
            types[Int(last.rawValue) * EventType.allCases.count + Int(step.type.rawValue)] += 1
        }
        if !step.place.isEmpty, !step.lastPlace.isEmpty {
            pages.insert(Transition(from: step.lastPlace, to: step.place))
        }
    }

    func encode(to writer: inout StateWriter) throws {
        try writer.write(value: types)
        try writer.write(value: pages)
        try writer.write(value: paths)
    }

    init(from reader: inout StateReader) throws {
        types = try reader.read(value: [Int].self)
        pages = try reader.read(value: SpaceSaving<Transition>.self)
        paths = try reader.read(value: SpaceSaving<String>.self)
    }
}

/// Transitions and paths, per hour for 26 hours of event time. Of each hour the 1,000 most frequent
/// transitions between pages and the 1,000 most frequent paths are kept, a path's first 50 steps; their counts are
/// exact as long as there are no more (SpaceSaving). A path counts in the hour in which it ends.
func liveJourneys(_ steps: DataStream<JourneyStep>) {
    steps
        .keyed(by: \.time.hour)
        .process(
            "journeys", state: HourJourneys.self, output: Never.self,
            expiry: .eventTime(.hours(26))
        ) { step, journeys, _ in
            if journeys == nil { journeys = HourJourneys() }
            journeys?.add(step)
        }
        .forEach(name: "journeys-kept") { _, _ in }
}
