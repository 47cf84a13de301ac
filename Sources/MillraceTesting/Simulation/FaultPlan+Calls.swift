package import Millrace

extension FaultPlan {
    /// One call to a sink or a source that does not go as it should.
    package struct CallFault: Sendable, Hashable, CustomStringConvertible {
        /// What was called for.
        package var call: InterceptedCall
        /// Which of the calls of this kind in a life, of all sinks and sources, from 1.
        package var number: Int
        /// What is done to it; what takes long does so in simulated time.
        package var effect: CallEffect

        package init(_ call: InterceptedCall, number: Int, _ effect: CallEffect) {
            self.call = call
            self.number = number
            self.effect = effect
        }

        /// Whether the caller is told that it failed.
        package var isFailure: Bool { effect == .fails || effect == .answerIsLost }

        package var description: String {
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
        _ generator: inout SeededGenerator, counts: [InterceptedCall: Int], isFailure: Bool
    ) {
        // Every kind is as likely as another, however rare its calls are.
        let calls = InterceptedCall.allCases.filter { counts[$0] ?? 0 > 0 }
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
