/// What an operator instance knows about its place: its name, its counters, its worker.
///
/// Owned by one worker; metrics are read between two messages, under the worker's lock.
public final class OperatorContext {
    /// The operator's name, unique in the topology.
    public let name: String
    /// Which of the operator's parallel instances this is, from 0.
    public let index: Int
    /// How many parallel instances the operator has.
    public let parallelism: Int
    /// The key groups that this instance owns.
    public let ownership: GroupOwnership
    /// What has been counted so far.
    public var counters = OperatorCounters()
    @usableFromInline var lastWatermark = Timestamp.none

    /// Where the event time of what the output leads to may stand at the start, behind a restart.
    @usableFromInline var timeAhead = Timestamp.none

    /// Whether the operator gets each key's elements in the instance that owns the key.
    @usableFromInline let isKeyed: Bool
    @usableFromInline let errorPolicy: ErrorPolicy
    @usableFromInline let worker: WorkerContext
    @usableFromInline var sideOutputs: [SideEmitterBase] = []

    @usableFromInline
    init(
        name: String, index: Int, parallelism: Int, ownership: GroupOwnership,
        isKeyed: Bool, errorPolicy: ErrorPolicy, worker: WorkerContext
    ) {
        self.name = name
        self.index = index
        self.parallelism = parallelism
        self.ownership = ownership
        self.isKeyed = isKeyed
        self.errorPolicy = errorPolicy
        self.worker = worker
    }

    /// The watermark that the operator has seen last.
    @inlinable
    public var watermark: Timestamp { lastWatermark }

    /// Processing time, from the topology's clock.
    public var now: Timestamp { worker.timeSource.now() }

    /// An element could not be processed: fails the topology, counts it, or sends it to the dead
    /// letters, as the operator's policy says.
    /// - Throws: ``StreamError`` with code `operatorFailed` under ``ErrorPolicy/fail``.
    @inlinable @inline(never)
    public func reject<Element: Sendable>(
        _ element: Element, at timestamp: Timestamp, because error: any Error
    ) throws {
        switch errorPolicy {
        case .fail:
            if let error = error as? StreamError, error.operatorName != nil { throw error }
            throw StreamError(
                .operatorFailed, "the element \(element) could not be processed",
                operatorName: name, place: "element at \(timestamp)", cause: error)
        case .skipAndCount:
            counters.failed += 1
        case .deadLetter:
            counters.failed += 1
            let letter = DeadLetter(
                operatorName: name, element: element, timestamp: timestamp, error: error)
            try emit(letter, at: timestamp, toSide: deadLetterOutput)
        }
    }
}

extension OperatorContext {
    /// Input could not be decoded: fails the topology, counts it, or sends its text to the dead letters, as
    /// the source's policy says.
    @usableFromInline @inline(never)
    func reject(input: String, because error: StreamError) throws {
        switch errorPolicy {
        case .fail: throw named(error)
        case .skipAndCount: counters.failed += 1
        case .deadLetter:
            counters.failed += 1
            let letter = DeadLetter(
                operatorName: name, element: input, timestamp: .none, error: error)
            try emit(letter, at: .none, toSide: deadLetterOutput)
        }
    }
}

extension OperatorContext {
    /// An element is left out by rule: it is counted, and goes to the dead letters if there are any.
    @inlinable @inline(never)
    func drop<Element: Sendable>(
        _ element: Element, at timestamp: Timestamp, because error: @autoclosure () -> StreamError
    ) throws {
        counters.failed += 1
        guard errorPolicy == .deadLetter else { return }
        let letter = DeadLetter(
            operatorName: name, element: element, timestamp: timestamp, error: error())
        try emit(letter, at: timestamp, toSide: deadLetterOutput)
    }
}

/// What an operator instance has counted. Every element that came in has gone into state or into what was emitted,
/// is buffered, or is counted in one of `filtered`, `late` and `failed`.
///
/// Where a windowed aggregate adds up in front of an exchange, that half is an operator of its own, named with
/// ` (send)`: it counts the elements, and the half behind the exchange receives what they add up to. A union
/// counts nothing.
public struct OperatorCounters: Sendable, Equatable {
    /// Elements that came in.
    public var received = 0
    /// Elements that went out of the main output.
    public var emitted = 0
    /// Elements that a predicate or a duplicate check left out.
    public var filtered = 0
    /// Elements that came too late for every window they belong to.
    public var late = 0
    /// Pairs of an element and a window that were dropped because the element came too late.
    public var lateForWindow = 0
    /// Elements that failed and were skipped or sent to the dead letters.
    public var failed = 0

    @inlinable
    public init() {}

    @inlinable
    static func += (a: inout OperatorCounters, b: OperatorCounters) {
        a.received += b.received
        a.emitted += b.emitted
        a.filtered += b.filtered
        a.late += b.late
        a.lateForWindow += b.lateForWindow
        a.failed += b.failed
    }
}
