extension StateCodec {
    /// The codec of a structure, made of those of its fields.
    static func structure<each Field>(
        _ kind: String, stored: StateSchema?, fields: repeat (each Field).Type,
        split: @escaping (Value) -> (repeat each Field),
        make: @escaping (repeat each Field) -> Value
    ) throws -> StateCodec {
        var index = 0
        func next() throws -> StateSchema? {
            defer { index += 1 }
            return try .part(index, of: stored)
        }
        let codecs = (repeat try StateCodec<each Field>.automatic(stored: next()))
        var parts: [StateSchema] = []
        for codec in repeat each codecs { parts.append(codec.schema) }
        return try composite(
            kind, stored: stored, parts: parts,
            encode: { value, writer in
                let fields = split(value)
                for (codec, field) in repeat (each codecs, each fields) {
                    try codec.encode(field, &writer)
                }
            },
            decode: { reader in make(repeat try (each codecs).decode(&reader)) })
    }
}

extension Keyed: CompositeState {
    @usableFromInline
    static func makeCodec(stored: StateSchema?) throws -> StateCodec<Self> {
        try .structure(
            "keyed", stored: stored, fields: Key.self, Value.self,
            split: { ($0.key, $0.value) }, make: { Self(key: $0, value: $1) })
    }
}

extension KeyPair: CompositeState {
    @usableFromInline
    static func makeCodec(stored: StateSchema?) throws -> StateCodec<Self> {
        // Written out: a table may have millions of keys.
        let first = try StateCodec<First>.automatic(stored: .part(0, of: stored))
        let second = try StateCodec<Second>.automatic(stored: .part(1, of: stored))
        return try .composite(
            "key-pair", stored: stored, parts: [first.schema, second.schema],
            encode: { pair, writer in
                try first.encode(pair.first, &writer)
                try second.encode(pair.second, &writer)
            },
            decode: { reader in
                let key = try first.decode(&reader)
                return Self(key, try second.decode(&reader))
            })
    }
}

extension Windowed: CompositeState {
    @usableFromInline
    static func makeCodec(stored: StateSchema?) throws -> StateCodec<Self> {
        try .structure(
            "windowed", stored: stored, fields: Key.self, Window.self, Value.self,
            split: { ($0.key, $0.window, $0.value) },
            make: { Self(key: $0, window: $1, value: $2) })
    }
}

extension TimedElement: CompositeState {
    @usableFromInline
    static func makeCodec(stored: StateSchema?) throws -> StateCodec<Self> {
        try .structure(
            "timed", stored: stored, fields: Element.self, Timestamp.self,
            split: { ($0.element, $0.timestamp) }, make: { Self(element: $0, timestamp: $1) })
    }
}

extension LateElement: CompositeState {
    @usableFromInline
    static func makeCodec(stored: StateSchema?) throws -> StateCodec<Self> {
        try .structure(
            "late", stored: stored, fields: Element.self, Timestamp.self, Bool.self,
            split: { ($0.element, $0.timestamp, $0.missedAll) },
            make: { Self(element: $0, timestamp: $1, missedAll: $2) })
    }
}

extension PairAggregate.Accumulator: CompositeState {
    @usableFromInline
    static func makeCodec(stored: StateSchema?) throws -> StateCodec<Self> {
        try .structure(
            "pair", stored: stored, fields: First.Accumulator.self, Second.Accumulator.self,
            split: { ($0.first, $0.second) }, make: { Self(first: $0, second: $1) })
    }
}

extension Top.Entry: CompositeState {
    @usableFromInline
    static func makeCodec(stored: StateSchema?) throws -> StateCodec<Self> {
        try .structure(
            "ranked", stored: stored, fields: Input.self, Score.self, Key.self,
            split: { ($0.element, $0.score, $0.key) },
            make: { Self(element: $0, score: $1, key: $2) })
    }
}

extension CountWindowOperator.Recent: CompositeState {
    @usableFromInline
    static func makeCodec(stored: StateSchema?) throws -> StateCodec<Self> {
        try .structure(
            "recent", stored: stored, fields: [TimedElement<A.Input>].self, Int.self,
            split: { ($0.elements, $0.sinceFiring) },
            make: {
                var recent = Self()
                (recent.elements, recent.sinceFiring) = ($0, $1)
                return recent
            })
    }
}

/// What a window knows besides its accumulator.
private struct WindowProgress: Sendable {
    var window: Window
    var unfired: Int
    var held: Int
    var hasEnded: Bool
    var nextEventFire: Int64
    var nextProcessingFire: Int64

    init<Other>(of state: WindowState<Other>) {
        window = state.window
        unfired = state.unfired
        held = state.held
        hasEnded = state.hasEnded
        nextEventFire = state.nextEventFire
        nextProcessingFire = state.nextProcessingFire
    }
}

extension WindowState: CompositeState {
    private static func migrating<Step: MigrationStep<Accumulator>>(
        _ stored: StateSchema, by step: Step
    ) throws -> StateCodec<Self> {
        let old = try StateCodec<WindowState<Step.Old>>.automatic(
            stored: stored, ignoringVersion: true)
        return try .migrating(from: old, to: makeCodec(stored: nil)) { window in
            make(try step.convert(window.accumulator), WindowProgress(of: window))
        }
    }

    @usableFromInline
    static func makeCodec(stored: StateSchema?) throws -> StateCodec<Self> {
        if let stored, stored.form == .memory, let step = StateCodec<Accumulator>.firstMigration {
            return try migrating(stored, by: step)
        }
        return try .structure(
            "window", stored: stored, fields: Accumulator.self, WindowProgress.self,
            split: { ($0.accumulator, WindowProgress(of: $0)) }, make: make)
    }

    private static func make(_ accumulator: Accumulator, _ progress: WindowProgress) -> Self {
        var state = Self(window: progress.window, accumulator: accumulator)
        state.unfired = progress.unfired
        state.held = progress.held
        state.hasEnded = progress.hasEnded
        state.nextEventFire = progress.nextEventFire
        state.nextProcessingFire = progress.nextProcessingFire
        return state
    }
}

extension WindowSet: CompositeState {
    @usableFromInline
    static func makeCodec(stored: StateSchema?) throws -> StateCodec<Self> {
        try .structure(
            "windows", stored: stored, fields: [WindowState<Accumulator>].self, Int64.self,
            Int64.self,
            split: { set in
                (
                    (set.first.map { [$0] } ?? []) + set.others, set.checkAt,
                    set.processingCheckAt
                )
            },
            make: { windows, checkAt, processingCheckAt in
                var set = Self()
                for window in windows { set.append(window) }
                (set.checkAt, set.processingCheckAt) = (checkAt, processingCheckAt)
                return set
            })
    }
}

extension KeyedProcessOperator.Entry: CompositeState {
    @usableFromInline
    static func makeCodec(stored: StateSchema?) throws -> StateCodec<Self> {
        if let stored, stored.form == .memory, let step = StateCodec<State>.firstMigration {
            return try migrating(stored, by: step)
        }
        // Written out: of all structures, there are most of this and of timers.
        let state = try StateCodec<State?>.automatic(stored: .part(0, of: stored))
        let touched = try StateCodec<Timestamp>.automatic(stored: .part(1, of: stored))
        let checkAt = try StateCodec<Int64>.automatic(stored: .part(2, of: stored))
        return try .composite(
            "state", stored: stored, parts: [state.schema, touched.schema, checkAt.schema],
            encode: { entry, writer in
                try state.encode(entry.state, &writer)
                writer.write(entry.touched.millis)
                writer.write(entry.checkAt)
            },
            decode: { reader in
                Self(
                    state: try state.decode(&reader),
                    touched: Timestamp(millis: try reader.read(Int64.self)),
                    checkAt: try reader.read(Int64.self))
            })
    }
}

extension KeyedProcessOperator.Entry {
    private static func migrating<Step: MigrationStep<State>>(
        _ stored: StateSchema, by step: Step
    ) throws -> StateCodec<Self> {
        typealias Old = KeyedProcessOperator<Key, Input, Step.Old, Output>.Entry
        let old = try StateCodec<Old>.automatic(stored: stored, ignoringVersion: true)
        return try .migrating(from: old, to: makeCodec(stored: nil)) {
            Self(
                state: try $0.state.map(step.convert), touched: $0.touched, checkAt: $0.checkAt)
        }
    }
}

extension KeyedTimer: CompositeState {
    @usableFromInline
    static func makeCodec(stored: StateSchema?) throws -> StateCodec<Self> {
        let key = try StateCodec<Key>.automatic(stored: .part(0, of: stored))
        let name = try StateCodec<String>.automatic(stored: .part(1, of: stored))
        let time = try StateCodec<Timestamp>.automatic(stored: .part(2, of: stored))
        let isEventTime = try StateCodec<Bool>.automatic(stored: .part(3, of: stored))
        return try .composite(
            "timer", stored: stored,
            parts: [key.schema, name.schema, time.schema, isEventTime.schema],
            encode: { timer, writer in
                try key.encode(timer.key, &writer)
                writer.write(timer.name)
                writer.write(timer.timestamp.millis)
                writer.write(timer.domain == .eventTime)
            },
            decode: { reader in
                Self(
                    key: try key.decode(&reader), name: try reader.read(String.self),
                    timestamp: Timestamp(millis: try reader.read(Int64.self)),
                    domain: try reader.read(Bool.self) ? .eventTime : .processingTime)
            })
    }
}

extension EventTimeOrderOperator.Held: CompositeState {
    @usableFromInline
    static func makeCodec(stored: StateSchema?) throws -> StateCodec<Self> {
        try .structure(
            "held", stored: stored, fields: Timestamp.self, UInt64.self, Element.self,
            split: { ($0.timestamp, $0.number, $0.element) },
            make: { Self(timestamp: $0, number: $1, element: $2) })
    }
}

extension PanePartial: CompositeState {
    @usableFromInline
    static func makeCodec(stored: StateSchema?) throws -> StateCodec<Self> {
        try .structure(
            "partial", stored: stored, fields: Key.self, Accumulator.self,
            split: { ($0.key, $0.accumulator) },
            make: { Self(key: $0, accumulator: $1) })
    }
}
