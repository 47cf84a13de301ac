import Millrace
import Synchronization

/// The calls to the sinks and sources of a simulated topology: counts them, and lets those fail or wait that the
/// plan says.
final class SimulatedCalls: Sendable {
    /// What has happened in this life.
    struct Life: Sendable {
        var counts: [InterceptedCall: Int] = [:]
        var faults: [FaultPlan.CallFault] = []
        /// The sinks and sources whose calls failed and are not repeated.
        var failed: Set<String> = []
        /// How many calls failed, and how many of them are repeated.
        var failures = 0
        var repeated = 0
        var delays = 0
        /// How often the run began again in place.
        var restarts = 0
        /// The checkpoints that are complete.
        var completed: Set<UInt64> = []
        var violation: String?
    }

    private let state = Mutex(Life())

    var life: Life { state.withLock { $0 } }

    /// What a sink was told too early.
    var violation: String? { state.withLock { $0.violation } }

    /// A life begins.
    func begin(_ faults: [FaultPlan.CallFault]) {
        state.withLock { state in
            state = Life()
            state.faults = faults
        }
    }

    func hasCompleted(_ checkpoint: UInt64) {
        state.withLock { _ = $0.completed.insert(checkpoint) }
    }

    func hasRestarted() { state.withLock { $0.restarts += 1 } }

    /// What the run is given.
    var interceptor: CallInterceptor {
        CallInterceptor { call, name, isRepeated in
            self.state.withLock { $0.next(call, name, isRepeated: isRepeated) }
        } willCommit: { checkpoint, name in
            self.state.withLock { state in
                if state.completed.contains(checkpoint) { return }
                state.violation = "'\(name)' commits checkpoint \(checkpoint) before it is complete"
            }
        }
    }
}

extension SimulatedCalls.Life {
    fileprivate mutating func next(
        _ call: InterceptedCall, _ name: String, isRepeated: Bool
    ) -> CallEffect? {
        counts[call, default: 0] += 1
        let number = counts[call]
        guard let fault = faults.first(where: { $0.call == call && $0.number == number }) else {
            return nil
        }
        if fault.isFailure {
            failures += 1
            repeated += isRepeated ? 1 : 0
            if !isRepeated { failed.insert(name) }
        } else {
            delays += 1
        }
        return fault.effect
    }

    /// What is wrong with the way in which a run ended whose sinks and sources have failed; `nil` if nothing.
    ///
    /// - Parameter isAlone: Whether nothing else went wrong.
    func misreported(_ result: Result<some Any, any Error>, isAlone: Bool) -> String? {
        guard let name = failed.min() else { return nil }
        switch result {
        case .success:
            return restarts > 0 ? nil : "the run went on although a call to '\(name)' had failed"
        case .failure(let error):
            if !isAlone { return nil }
            if let error = error as? StreamError, let name = error.operatorName,
                failed.contains(name)
            {
                return nil
            }
            return "a call to '\(name)' failed, but the run ended with: \(error)"
        }
    }
}
