/// A stage of a topology that turns batches into batches: what the built-in operators are made of,
/// and what you write to add one of your own.
///
/// An operator is a value owned by one worker: no locks, no other thread. Its methods get whole
/// batches, run to completion without suspending, and write through an ``Emitter``. Mark them
/// `@inlinable` in a library; in an application nothing is needed.
///
/// ```swift
/// /// Passes on every n-th element.
/// struct EveryNth<Element: Sendable>: Operator {
///     let n: Int
///     var seen = 0
///
///     mutating func process(
///         _ batch: inout Batch<Element>, into output: inout Emitter<Element>
///     ) throws {
///         for index in 0..<batch.count {
///             seen += 1
///             if seen % n == 0 {
///                 try output.emit(batch.elements[index], at: batch.timestamps[index])
///             }
///         }
///     }
///     mutating func snapshot() -> Int { seen }
///     mutating func restore(_ snapshots: [Int], owning groups: GroupOwnership) { seen = snapshots.first ?? 0 }
/// }
/// let sampled = clicks.apply("every-tenth") { EveryNth(n: 10) }
/// ```
public protocol Operator<Input, Output>: ~Copyable, SendableMetatype {
    /// The elements that come in.
    associatedtype Input: Sendable
    /// The elements that go out.
    associatedtype Output: Sendable
    /// The operator's state as a value that outlives it; cheap to take (copy-on-write). In a checkpoint it
    /// is stored as ``StateCodable`` says.
    associatedtype Snapshot: Sendable = NoSnapshot

    /// Processes a batch in arrival order. The batch may be changed, or taken.
    mutating func process(_ batch: inout Batch<Input>, into output: inout Emitter<Output>) throws

    /// The watermark has reached `watermark`: fires what is due. What is emitted here goes out before
    /// the watermark. Returns ``Progress/more`` when the output is full and the call must be
    /// repeated; the watermark waits until it returns ``Progress/done``.
    mutating func advance(to watermark: Timestamp, into output: inout Emitter<Output>) throws
        -> Progress

    /// The input has become active, idle or finished. What is emitted here goes out before that is said further
    /// on; ``Progress/more`` as for ``advance(to:into:)``.
    mutating func changeStatus(
        to status: InputStatus, into output: inout Emitter<Output>
    ) throws -> Progress

    /// Processing time has reached `time`: fires what is due, like ``advance(to:into:)``.
    mutating func tick(at time: Timestamp, into output: inout Emitter<Output>) throws -> Progress

    /// The next point in processing time at which the operator wants a tick; `nil` for none.
    var nextTick: Timestamp? { get }

    /// The watermark at which the operator will next have something to do, such as a window to fire; `nil`
    /// for none, or if that is not known. Only asked to tell what the operator waits for.
    var nextDue: Timestamp? { get }

    /// Whether the operator may ever want a tick: workers look at the clock only for those.
    var usesTicks: Bool { get }

    /// A snapshot is about to be taken: emits what should not be part of it. Room in the output need not be
    /// waited for.
    mutating func prepareSnapshot(into output: inout Emitter<Output>) throws

    /// The state now. The operator goes on and may change its own copy.
    mutating func snapshot() -> Snapshot

    /// Takes over the state of one or more earlier instances, as far as it is owned here. Called
    /// before anything else.
    mutating func restore(_ snapshots: [Snapshot], owning groups: GroupOwnership) throws

    /// How many elements are held that have caused neither output nor state yet.
    var bufferedCount: Int { get }

    /// How many keys (or entries) of state are held.
    var stateCount: Int { get }

    /// The keyed state as others may read it while the stream goes on: a ``StateSnapshot``, or `nil` if
    /// there is none to read.
    mutating func readableState() -> (any Sendable)?

    /// The timers that are set, for tests: an array of ``KeyedTimer``, or `nil` if the operator has none.
    func readableTimers() -> (any Sendable)?

    /// Passes the stable hash of every key of which state is held here, for tests: a key may only have state in
    /// the instance that owns it. By default none; an operator whose state is not kept by key has none.
    ///
    /// - Complexity: O(keys).
    func visitKeyHashes(_ body: (UInt64) -> Void)
}

/// Whether an operator has finished what a signal asked for, or waits for room in its output.
public enum Progress: Sendable {
    case done
    case more
}

/// The snapshot of an operator without state.
public struct NoSnapshot: Sendable {
    @inlinable
    public init() {}
}

/// The key groups that an operator instance owns, out of all.
public struct GroupOwnership: Sendable {
    /// The fixed number of key groups of the topology.
    public let groups: KeyGroups
    /// The groups owned by this instance.
    public let range: Range<Int>

    @inlinable
    public init(groups: KeyGroups, range: Range<Int>) {
        self.groups = groups
        self.range = range
    }

    /// Whether the key with this stable hash is owned here.
    @inlinable
    public func owns(hash: UInt64) -> Bool { range.contains(groups.group(of: hash)) }

    /// Those of the states of all instances of an earlier run, in their order, that may hold owned keys.
    @usableFromInline
    func earlierInstances(_ states: [RestoredState]) -> [RestoredState] {
        states.indices.filter {
            range.overlaps(groups.range(ofPartition: $0, of: states.count))
        }.map { states[$0] }
    }
}

extension Operator where Self: ~Copyable {
    @inlinable
    public mutating func advance(
        to watermark: Timestamp, into output: inout Emitter<Output>
    ) throws -> Progress { .done }

    @inlinable
    public mutating func changeStatus(
        to status: InputStatus, into output: inout Emitter<Output>
    ) throws -> Progress { .done }

    @inlinable
    public mutating func tick(
        at time: Timestamp, into output: inout Emitter<Output>
    ) throws -> Progress { .done }

    @inlinable
    public mutating func prepareSnapshot(into output: inout Emitter<Output>) throws {}

    @inlinable
    public var nextTick: Timestamp? { nil }

    @inlinable
    public var nextDue: Timestamp? { nil }

    @inlinable
    public var usesTicks: Bool { false }

    @inlinable
    public var bufferedCount: Int { 0 }

    @inlinable
    public var stateCount: Int { 0 }

    @inlinable
    public mutating func readableState() -> (any Sendable)? { nil }

    @inlinable
    public func readableTimers() -> (any Sendable)? { nil }

    @inlinable
    public func visitKeyHashes(_ body: (UInt64) -> Void) {}
}

extension Operator where Self: ~Copyable, Snapshot == NoSnapshot {
    @inlinable
    public mutating func snapshot() -> NoSnapshot { NoSnapshot() }

    @inlinable
    public mutating func restore(_ snapshots: [NoSnapshot], owning groups: GroupOwnership) throws {}
}
