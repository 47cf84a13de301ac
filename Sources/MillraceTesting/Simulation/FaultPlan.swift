import Millrace

/// What goes wrong in a simulation, and how the topology is run between the crashes.
public struct FaultPlan: Sendable, Hashable, CustomStringConvertible {
    /// One start of the topology, to its crash or its end.
    public struct Life: Sendable, Hashable, CustomStringConvertible {
        /// The number of parallel instances.
        public var parallelism = 1
        /// How many elements a source reads at once.
        public var batchSize = 4
        /// How many messages a sender may be ahead.
        public var channelCapacity = 2
        /// The time between checkpoints.
        public var interval = Duration.milliseconds(2)
        /// After how long barriers overtake what waits.
        public var unalignedAfter: Duration?
        /// The machine crashes before this scheduling step.
        public var crashStep: Int?
        /// The machine crashes in this file operation.
        public var crashOperation: Int?
        /// These file operations fail, which fails the run.
        public var failingOperations: Set<Int> = []
        /// These calls to sinks and sources fail, which fails the run unless they are repeated, or are slow.
        package var callFaults: [CallFault] = []
        /// How often a run that fails begins again in place, before the simulation starts it anew.
        public var restarts = 0
        /// The clock is set forward or back at these steps.
        public var clockJumps: [Int: Duration] = [:]

        /// A life without faults.
        public init() {}

        public var description: String {
            var text = "parallelism \(parallelism), batches of \(batchSize), channels of "
            text += "\(channelCapacity), checkpoints every \(interval)"
            if let unalignedAfter { text += ", unaligned after \(unalignedAfter)" }
            if let crashStep { text += ", crash at step \(crashStep)" }
            if let crashOperation { text += ", crash in file operation \(crashOperation)" }
            if !failingOperations.isEmpty {
                text += ", file operations \(failingOperations.sorted()) fail"
            }
            for fault in callFaults { text += ", \(fault)" }
            if restarts > 0 { text += ", restarted in place up to \(restarts) times" }
            for (step, jump) in clockJumps { text += ", clock set by \(jump) at step \(step)" }
            return text
        }
    }

    /// The lives that end in a fault; a last one follows that runs to the end.
    public var lives: [Life] = []
    /// How the topology is run in its last life.
    public var last = Life()

    /// A plan without faults.
    public init() {}

    /// A plan drawn from a generator.
    ///
    /// - Parameters:
    ///   - steps: About how many steps a run takes.
    ///   - operations: About how many file operations.
    ///   - calls: About how many calls to sinks and sources.
    init(
        _ generator: inout SeededGenerator, steps: Int, operations: Int,
        calls: [InterceptedCall: Int],
        parallelism: Int, overtakes: Bool
    ) {
        /// Rather late than early, when there is something to go on from.
        func late(_ count: Int) -> Int {
            1 + max(generator.below(count), generator.below(count))
        }
        // What a barrier has overtaken is taken over at the same parallelism only.
        let isUnaligned = overtakes && parallelism > 1 && generator.oneIn(2)
        let degree = 1 + generator.below(parallelism)
        func life() -> Life {
            var life = Life()
            life.parallelism = 1 + generator.below(parallelism)
            if isUnaligned {
                life.parallelism = degree
                life.unalignedAfter = .microseconds(generator.below(2000))
            }
            life.batchSize = 1 + generator.below(6)
            life.channelCapacity = 1 + generator.below(4)
            if generator.oneIn(3) {
                let hours = generator.below(5) - 2
                life.clockJumps[late(steps)] = .seconds(3600 * hours)
            }
            life.interval = .microseconds(200 + generator.below(6000))
            if generator.oneIn(2) {
                for _ in 0..<(1 + generator.below(4)) {
                    life.callFaults.append(
                        CallFault(&generator, counts: calls, isFailure: false))
                }
            }
            return life
        }
        for _ in 0..<(1 + generator.below(3)) {
            var next = life()
            switch generator.below(12) {
            case 0...3: next.crashStep = late(steps * next.parallelism)
            case 4...6: next.crashOperation = late(operations)
            case 7: next.failingOperations = [late(operations)]
            default:
                for _ in 0..<(1 + generator.below(3)) {
                    next.callFaults.append(
                        CallFault(&generator, counts: calls, isFailure: true))
                }
                if generator.oneIn(3) { next.restarts = 1 + generator.below(3) }
            }
            lives.append(next)
        }
        last = life()
    }

    public var description: String {
        (lives + [last]).enumerated().map { "life \($0.offset + 1): \($0.element)" }
            .joined(separator: "\n")
    }

    /// Plans with a little less in them.
    var shorter: [FaultPlan] {
        var plans: [FaultPlan] = []
        for index in lives.indices {
            var plan = self
            plan.lives.remove(at: index)
            plans.append(plan)
        }
        for index in lives.indices
        where lives[index].parallelism > 1 && lives[index].unalignedAfter == nil {
            var plan = self
            plan.lives[index].parallelism = 1
            plans.append(plan)
        }
        for index in lives.indices {
            for fault in lives[index].callFaults.indices {
                var plan = self
                plan.lives[index].callFaults.remove(at: fault)
                plans.append(plan)
            }
        }
        for fault in last.callFaults.indices {
            var plan = self
            plan.last.callFaults.remove(at: fault)
            plans.append(plan)
        }
        if last.parallelism > 1, last.unalignedAfter == nil {
            var plan = self
            plan.last.parallelism = 1
            plans.append(plan)
        }
        return plans
    }
}
