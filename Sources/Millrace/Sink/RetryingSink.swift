/// A sink that tries again what fails: opening, flushing, closing, and the steps of a transaction.
///
/// Use it where the system behind a sink may be away for a while. The call is repeated as it is, so the sink must
/// keep what it could not write, as all built-in ones do; one that had written a part of it writes that part again,
/// unless it is transactional. While a call is repeated, the stream waits.
public struct RetryingSink<Base: Sink>: Sink {
    let base: Base
    let policy: RetryPolicy

    /// - Parameters:
    ///   - base: The sink.
    ///   - policy: How often its calls are repeated, and when.
    public init(_ base: Base, _ policy: RetryPolicy) {
        self.base = base
        self.policy = policy
    }

    public var label: String { base.label }
    public var delivery: DeliveryGuarantee { base.delivery }

    public func writer(for instance: SinkInstance) async throws -> RetryingSinkWriter<Base.Writer> {
        var attempts = RetryAttempts(policy, number: instance.index, instance.time)
        while true {
            do {
                let writer = try await instance.repeatable(.open) {
                    try await base.writer(for: instance)
                }
                return RetryingSinkWriter(
                    writer, policy, instance,
                    seed: policy.seed.combining(UInt64(instance.index)))
            } catch { try await attempts.wait(after: error) }
        }
    }
}

extension RetryingSink: RepeatsCalls {}

extension Sink {
    /// This sink, with its calls repeated when they fail; see ``RetryingSink``.
    public func retrying(_ policy: RetryPolicy = RetryPolicy()) -> RetryingSink<Self> {
        RetryingSink(self, policy)
    }
}

/// Writes for a ``RetryingSink``.
public struct RetryingSinkWriter<Base: SinkWriter>: SinkWriter {
    public typealias Element = Base.Element
    private var base: Base
    private var policy: RetryPolicy
    private let instance: SinkInstance
    private var callCount = 0

    init(_ base: Base, _ policy: RetryPolicy, _ instance: SinkInstance, seed: UInt64) {
        self.base = base
        self.policy = policy
        self.policy.seed = seed
        self.instance = instance
    }

    public mutating func write(_ batch: inout Batch<Element>) throws { try base.write(&batch) }

    public mutating func advance(to watermark: Timestamp) throws {
        try base.advance(to: watermark)
    }

    public var isFull: Bool { base.isFull }

    public mutating func flush() async throws {
        try await repeated(.flush) { try await $0.flush() }
    }

    public mutating func close() async throws {
        try await repeated(.close) { try await $0.close() }
    }

    private mutating func repeated<Result>(
        _ name: InterceptedCall, _ call: (inout Base) async throws -> Result
    ) async throws -> Result {
        callCount += 1
        var attempts = RetryAttempts(policy, number: callCount, instance.time)
        while true {
            do {
                return try await instance.repeatable(name) { try await call(&base) }
            } catch { try await attempts.wait(after: error) }
        }
    }
}

extension RetryingSinkWriter: TransactionalSinkWriter where Base: TransactionalSinkWriter {
    public mutating func prepare(checkpoint: UInt64) async throws -> Base.Transaction {
        try await repeated(.prepare) { try await $0.prepare(checkpoint: checkpoint) }
    }

    public mutating func commit(_ transaction: Base.Transaction) async throws {
        try await repeated(.commit) { try await $0.commit(transaction) }
    }

    public mutating func recover(_ transactions: [Base.Transaction]) async throws {
        try await repeated(.recover) { try await $0.recover(transactions) }
    }
}
