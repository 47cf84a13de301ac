/// How often a run that has failed begins again in place, from its last complete checkpoint.
///
/// Errors that a restart cannot mend (a topology that is not valid, state that does not fit or is damaged, output
/// that is missing) end the run at once, as does cancellation.
public struct RestartPolicy: Sendable, Hashable {
    /// How many failures are forgiven within ``period``; one more ends the run.
    public var maximum: Int
    /// How long a failure counts.
    public var period: Duration
    /// The pause before the run begins again, doubled with each failure in the period.
    public var delay: Duration

    /// Begins again after up to `maximum` failures within `period`.
    public static func restart(
        maximum: Int, within period: Duration, delay: Duration = .milliseconds(100)
    ) -> RestartPolicy {
        RestartPolicy(maximum: maximum, period: period, delay: delay)
    }

    private static let hopeless: Set<StreamError.Code> = [
        .invalidTopology, .incompatibleState, .damagedCheckpoint,
    ]

    /// Runs `once` until it succeeds, or fails more often than forgiven.
    func run<Result>(
        _ options: RunOptions, _ once: () async throws -> Result
    ) async throws -> Result {
        var failures: [Timestamp] = []
        while true {
            do { return try await once() } catch let error as StreamError
                where !Self.hopeless.contains(error.code)
                && error.storageFault != .missingOutput
            {
                let now = options.timeSource.now()
                failures = failures.filter { now - $0 < period } + [now]
                if failures.count > maximum { throw error }
                options.checkpoints?.observer?(.restarting(error, failures: failures.count))
                let doublings = min(failures.count - 1, 16)
                try await options.timeSource.sleep(for: delay * (1 << doublings))
            }
        }
    }
}
