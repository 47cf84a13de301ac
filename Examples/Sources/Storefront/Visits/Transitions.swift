public import Millrace

/// A step from one event type, or page, to the next.
public struct Transition: StreamKey, StateCodable, Comparable {
    public var from: String
    public var to: String

    public var stableHash: UInt64 { from.stableHash.combining(to.stableHash) }

    public static func < (a: Transition, b: Transition) -> Bool {
        (a.from, a.to) < (b.from, b.to)
    }

    /// State of version 1 was that of a `Codable`.
    public static var stateVersion: Int { 2 }

    init(from: String, to: String) {
        self.from = from
        self.to = to
    }

    public func encode(to writer: inout StateWriter) {
        writer.write(from)
        writer.write(to)
    }

    public init(from reader: inout StateReader) throws {
        from = try reader.read(String.self)
        to = try reader.read(String.self)
    }
}

/// How often a transition was made.
public struct TransitionCount: Sendable, Equatable, JSONEncodableRecord {
    public var transition: Transition
    public var count: Int

    public func encode(to json: inout JSONWriter) {
        json.field("from", transition.from)
        json.field("to", transition.to)
        json.field("count", count)
    }
}

/// How often one event type follows another within a session.
public func typeTransitions(
    _ journeys: DataStream<Journey>, in window: WindowKind<Transition> = .global
) -> DataStream<TransitionCount> {
    transitions(journeys, in: window, name: "type-transitions") { $0.types.map(\.label) }
}

/// How often one page follows another within a session. Steps without a page are left out.
public func pageTransitions(
    _ journeys: DataStream<Journey>, in window: WindowKind<Transition> = .global
) -> DataStream<TransitionCount> {
    transitions(journeys, in: window, name: "page-transitions") {
        $0.places.filter { !$0.isEmpty }
    }
}

private func transitions(
    _ journeys: DataStream<Journey>, in window: WindowKind<Transition>, name: String,
    steps: @escaping @Sendable (Journey) -> [String]
) -> DataStream<TransitionCount> {
    journeys
        .flatMap(as: Transition.self) { journey, emit in
            let steps = steps(journey)
            for (from, to) in zip(steps, steps.dropFirst()) {
                try emit(Transition(from: from, to: to))
            }
        }
        .keyed(by: { $0 })
        .window(window)
        .aggregate(.count(), name: name)
        .map { TransitionCount(transition: $0.key, count: $0.value) }
}
