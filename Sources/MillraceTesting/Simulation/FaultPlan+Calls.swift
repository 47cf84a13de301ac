import Millrace

extension FaultPlan {
    /// What a topology asks of its sinks and sources.
    public enum Call: String, Sendable, Hashable, CaseIterable {
        /// A sink is opened.
        case open
        /// A sink takes over what a checkpoint says of it.
        case recover
        /// A sink is given a batch.
        case write
        /// A sink hands on what it has kept.
        case flush
        /// A sink makes a transaction safe.
        case prepare
        /// A sink publishes what a checkpoint covers.
        case commit
        /// A sink is closed.
        case close
        /// A split of a source is opened.
        case openSource = "opening of a source"
        /// A split of a source is read.
        case read
    }

    /// One call to a sink or a source that does not go as it should.
    public struct CallFault: Sendable, Hashable, CustomStringConvertible {
        /// What is done to the call.
        public enum Effect: Sendable, Hashable {
            /// It fails, and nothing was done.
            case fails
            /// It is done, and reported as failed. Where a sink repeats its calls, only a commit is done.
            case answerIsLost
            /// It takes so long, in simulated time, while the rest of the topology goes on. A read has nothing
            /// for that long, though there is more.
            case takes(Duration)
        }

        /// What was called for.
        public var call: Call
        /// Which of the calls of this kind in a life, of all sinks and sources, from 1.
        public var number: Int
        /// What is done to it.
        public var effect: Effect

        public init(_ call: Call, number: Int, _ effect: Effect) {
            self.call = call
            self.number = number
            self.effect = effect
        }

        /// Whether the caller is told that it failed.
        public var isFailure: Bool { effect == .fails || effect == .answerIsLost }

        public var description: String {
            let call = "\(call.rawValue) \(number)"
            return switch effect {
            case .fails: "\(call) fails"
            case .answerIsLost: "\(call) is done and reported as failed"
            case .takes(let duration): "\(call) takes \(duration)"
            }
        }
    }
}

extension FaultPlan.CallFault {
    /// - Parameter counts: About how many calls of each kind there are.
    init(
        _ generator: inout SeededGenerator, counts: [FaultPlan.Call: Int], isFailure: Bool
    ) {
        // Every kind is as likely as another, however rare its calls are.
        let calls = FaultPlan.Call.allCases.filter { counts[$0] ?? 0 > 0 }
        let call = calls.isEmpty ? .read : calls[generator.below(calls.count)]
        let number = 1 + generator.below(counts[call] ?? 1)
        if isFailure {
            self.init(call, number: number, generator.oneIn(2) ? .fails : .answerIsLost)
        } else {
            let duration = Duration.microseconds(100 + generator.below(30_000))
            self.init(call, number: number, .takes(duration))
        }
    }
}

extension FaultPlan.Call {
    init(_ call: InterceptedCall) {
        self =
            switch call {
            case .open: .open
            case .recover: .recover
            case .write: .write
            case .flush: .flush
            case .prepare: .prepare
            case .commit: .commit
            case .close: .close
            case .openSource: .openSource
            case .read: .read
            }
    }
}
