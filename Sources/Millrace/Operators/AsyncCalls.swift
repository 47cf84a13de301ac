/// How an operator makes its calls to another system: with a limit of time, again when they fail, and not at all
/// for a while when too many have failed.
@usableFromInline
struct AsyncCalls: Sendable {
    private let timeout: Duration?
    private let retry: RetryPolicy?
    private let circuit: Circuit?
    private let time: TimeSource

    @usableFromInline
    init(
        timeout: Duration?, retry: RetryPolicy?, circuit: CircuitBreaker?, context: OperatorContext
    ) {
        self.init(
            timeout: timeout, retry: retry, circuit: circuit, index: context.index,
            time: context.worker.timeSource)
    }

    init(
        timeout: Duration?, retry: RetryPolicy?, circuit: CircuitBreaker?, index: Int,
        time: TimeSource
    ) {
        self.timeout = timeout
        self.retry = retry.map {
            var retry = $0
            retry.seed = retry.seed.combining(UInt64(index))
            return retry
        }
        self.circuit = circuit.map(Circuit.init)
        self.time = time
    }

    /// Makes a call.
    /// - Parameter number: The call's number in its operator instance.
    func call<Output: Sendable>(
        _ number: Int, _ body: @escaping @Sendable () async throws -> Output
    ) async throws -> Output {
        try circuit?.enter(at: time.now())
        do {
            let output = try await repeated(number, body)
            circuit?.leave(succeeded: true, at: time.now())
            return output
        } catch {
            circuit?.leave(succeeded: false, at: time.now())
            throw error
        }
    }

    private func repeated<Output: Sendable>(
        _ number: Int, _ body: @escaping @Sendable () async throws -> Output
    ) async throws -> Output {
        guard let retry else { return try await limited(to: timeout, by: time, body) }
        var attempts = RetryAttempts(retry, number: number, time)
        while true {
            do { return try await limited(to: timeout, by: time, body) } catch {
                try await attempts.wait(after: error)
            }
        }
    }
}
