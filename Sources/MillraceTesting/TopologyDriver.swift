public import Millrace

/// Drives a topology in a unit test: elements, watermarks and processing time go in step by step, results
/// come out, and nothing ever sleeps.
///
/// ```swift
/// let driver = try await TopologyDriver(trending)
/// try driver.send(Click(product: 7), at: 1_000)
/// try driver.advance(to: 3_600_000)
/// #expect(driver.takeOutput().map(\.value) == [1])
/// ```
///
/// A side output is read through a sink of its own:
///
/// ```swift
/// let suspects = Collected<Click>()
/// let driver = try await TopologyDriver { clicks in
///     let counts = clicksPerUser(clicks)
///     counts.sideOutput(suspicious).sink(.collect(into: suspects))
///     return counts
/// }
/// ```
///
/// The workers, exchanges and operators are those of a real run, with as many partitions as asked for;
/// they take turns on the test's own task.
public final class TopologyDriver<Input: Sendable, Output: Sendable> {
    private let run: EmbeddedRun
    private let input: Int
    private let record: OutputRecord<Output>
    private let clock: ManualClock

    /// Builds the topology that `build` writes behind a single input.
    ///
    /// - Parameters:
    ///   - parallelism: How many partitions keyed operators have.
    ///   - now: The processing time at the beginning, in milliseconds.
    ///   - shuffleSeed: If given, workers take turns in a random order that this seed decides.
    public init(
        parallelism: Int = 1, now: Int64 = 0, shuffleSeed: UInt64? = nil,
        _ build: (DataStream<Input>) throws -> DataStream<Output>
    ) async throws {
        let record = OutputRecord<Output>()
        let clock = ManualClock(at: Timestamp(millis: now))
        var input = 0
        let topology = try Topology("test") { flow in
            let external = flow.external(Input.self)
            input = external.input
            try build(external.stream).sink(RecordingSink(record))
        }
        self.record = record
        self.clock = clock
        self.input = input
        run = try await EmbeddedRun(
            topology,
            options: RunOptions(parallelism: parallelism, timeSource: clock.source))
        guard let shuffleSeed else { return }
        var random = SeededGenerator(seed: shuffleSeed)
        run.choose = { random.below($0) }
    }

    /// The same over a topology written as a function, with its type spelt by the function.
    public convenience init(
        _ topology: @escaping (DataStream<Input>) throws -> DataStream<Output>,
        parallelism: Int = 1
    ) async throws {
        try await self.init(parallelism: parallelism, topology)
    }

    /// Sends one element with its event time in milliseconds.
    public func send(_ element: Input, at millis: Int64) throws {
        try send([(element, millis)])
    }

    /// Sends elements as one batch.
    public func send(_ elements: [(Input, Int64)]) throws {
        var batch = Batch<Input>()
        for (element, millis) in elements { batch.append(element, at: Timestamp(millis: millis)) }
        try run.push(batch, into: input, as: Input.self)
    }

    /// Advances the watermark to a time in milliseconds.
    public func advance(to millis: Int64) throws {
        try run.signal(.watermark(Timestamp(millis: millis)), into: input, as: Input.self)
    }

    /// Advances processing time to a time in milliseconds, and fires what waits for it.
    public func advanceProcessingTime(to millis: Int64) throws {
        clock.set(to: Timestamp(millis: millis))
        try run.tick(clock.now)
    }

    /// Ends the input: the watermark becomes the greatest timestamp.
    public func finish() throws {
        try run.signal(.watermark(.max), into: input, as: Input.self)
        try run.signal(.status(.finished), into: input, as: Input.self)
    }

    /// Takes the state of every operator, destroys all of them, and goes on with new ones restored from
    /// it.
    public func snapshotAndRestore() async throws { try await run.snapshotAndRestore() }

    /// The results since the last call.
    public func takeOutput() -> [Output] { takeTimedOutput().map(\.element) }

    /// The results since the last call, with their event times.
    public func takeTimedOutput() -> [TimedElement<Output>] {
        takeEvents().compactMap { event in
            if case .element(let element) = event { element } else { nil }
        }
    }

    /// The results and watermarks since the last call, in the order in which they came out.
    public func takeEvents() -> [OutputEvent<Output>] { record.take() }

    /// Makes the asynchronous calls that elements have asked for, one after the other in that order, and those
    /// that follow from them. Until then their results do not come out, and watermarks wait for them.
    ///
    /// - Throws: What the topology's error policy says of a call that fails.
    public func makeCalls() async throws { try await run.makeCalls() }

    /// The keyed state of an operator, as ``RunningTopology/state(_:key:value:)`` gives it.
    ///
    /// - Throws: ``StreamError`` with code `incompatibleState` if no operator of that name has readable state
    ///   of these types.
    public func state<Key: StreamKey, Value: Sendable>(
        _ name: String, key: Key.Type, value: Value.Type
    ) throws -> StateSnapshot<Key, Value> {
        try run.state(name, key: key, value: value)
    }

    /// The timers that an operator's keys have set and that have not fired, in the order in which they are due.
    public func timers<Key: StreamKey>(of name: String, key: Key.Type) -> [KeyedTimer<Key>] {
        run.timers(name, key: key)
    }

    /// What the operators have counted.
    public var report: RunReport { run.report }

    /// How many keys or entries of state the operator called `name` holds.
    public func stateCount(of name: String) -> Int { run.stateCount(of: name) }
}
