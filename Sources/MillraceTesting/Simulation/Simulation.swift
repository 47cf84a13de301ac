public import Millrace
import Synchronization

/// Runs a topology in a simulated world, whose scheduling, time, files and faults one seed decides, and checks
/// that crashes leave no trace in its output.
///
/// ```swift
/// let simulation = Simulation { world in
///     try Topology("sessions") { flow in
///         sessions(flow.source(.elements(clicks), eventTime: \.time)).sink(.jsonLines("out.jsonl"))
///     }
/// }
/// try simulation.check(seeds: 0..<300)
/// ```
/// The topology runs unchanged: all its tasks on one executor that picks the next job by the seed, its clock a
/// virtual one, its checkpoints and files in ``SimulatedFiles``. What a topology reads from elsewhere, and
/// tasks that it hands to other executors, are not simulated.
public struct Simulation: Sendable {
    /// Makes the topology, anew for each start.
    let build: @Sendable (SimulatedWorld) throws -> Topology
    /// The greatest number of parallel instances that is tried.
    public var parallelism = 4
    /// After how many steps of a life something must be wrong.
    public var stepLimit = 200_000
    /// Whether barriers may overtake what waits, which needs elements that can be stored.
    public var overtakes = false
    /// What must be equal: by default the lines of every file, in any order.
    public var output: @Sendable (SimulatedFiles) -> [String] = { $0.lines }

    /// A simulation of the topology that `build` makes.
    public init(_ build: @escaping @Sendable (SimulatedWorld) throws -> Topology) {
        self.build = build
    }

    /// What came of a simulation.
    public struct Outcome: Sendable {
        /// The topology's output.
        public var output: [String]
        /// How many scheduling steps there were.
        public var steps: Int
        /// How many file operations there were in the last life.
        public var operations: Int
        /// How many calls to sinks and sources there were in the last life, by kind.
        package var calls: [InterceptedCall: Int]
        /// How many calls to sinks and sources failed, and how many of those were repeated by the sink.
        public var failedCalls: Int
        public var repeatedCalls: Int
        /// How many were slow.
        public var slowCalls: Int
        /// How often a life began again in place.
        public var restarts: Int
        /// How often a life began from a checkpoint.
        public var recoveries: Int
        /// How many checkpoints were completed.
        public var checkpoints: Int
        /// How many of them hold what a barrier has overtaken.
        public var overtaken: Int
    }

    /// The outcome without any fault, at parallelism 1: what every other must equal.
    public func undisturbed() throws -> Outcome { try run(FaultPlan(), seed: 0) }

    /// Runs the seeds, each with a fault plan of its own.
    ///
    /// - Returns: How much was simulated.
    /// - Throws: ``SimulationFailure`` with the seed and a shortened plan, if an output differs or a run fails
    ///   for another reason than its faults.
    @discardableResult
    public func check(seeds: Range<UInt64>) throws -> SimulationSummary {
        let expected: Outcome
        do { expected = try undisturbed() } catch {
            throw SimulationFailure(seed: 0, plan: FaultPlan(), problem: "without faults: \(error)")
        }
        var summary = SimulationSummary()
        for seed in seeds {
            let plan = plan(seed: seed, like: expected)
            if let problem = problem(plan, seed: seed, expected: expected, &summary) {
                throw shortened(plan, seed: seed, problem: problem, expected: expected)
            }
        }
        return summary
    }

    /// The fault plan of a seed.
    package func plan(seed: UInt64, like expected: Outcome) -> FaultPlan {
        var generator = SeededGenerator(seed: seed)
        return FaultPlan(
            &generator, steps: expected.steps, operations: expected.operations,
            calls: expected.calls, parallelism: parallelism, overtakes: overtakes)
    }

    private func problem(
        _ plan: FaultPlan, seed: UInt64, expected: Outcome, _ summary: inout SimulationSummary
    ) -> String? {
        do {
            let outcome = try run(plan, seed: seed)
            summary.seeds += 1
            summary.steps += outcome.steps
            summary.recoveries += outcome.recoveries
            summary.checkpoints += outcome.checkpoints
            summary.overtaken += outcome.overtaken
            summary.failedCalls += outcome.failedCalls
            summary.repeatedCalls += outcome.repeatedCalls
            summary.slowCalls += outcome.slowCalls
            summary.restarts += outcome.restarts
            return outcome.output == expected.output
                ? nil : Self.difference(outcome.output, expected.output)
        } catch {
            return "\(error)"
        }
    }

    private static func difference(_ output: [String], _ expected: [String]) -> String {
        let changes = output.sorted().difference(from: expected.sorted())
        func some(_ changes: [CollectionDifference<String>.Change]) -> String {
            let lines = changes.prefix(3).map { change in
                switch change {
                case .insert(_, let line, _), .remove(_, let line, _): line
                }
            }
            return "\(changes.count): \(lines)"
        }
        return "missing \(some(changes.removals)), too much \(some(changes.insertions))"
    }

    /// Leaves out of a plan what it does not need to fail.
    private func shortened(
        _ plan: FaultPlan, seed: UInt64, problem first: String, expected: Outcome
    ) -> SimulationFailure {
        var failure = SimulationFailure(seed: seed, plan: plan, problem: first)
        var summary = SimulationSummary()
        var isShorter = true
        while isShorter {
            isShorter = false
            for shorter in failure.plan.shorter {
                if let problem = self.problem(shorter, seed: seed, expected: expected, &summary) {
                    failure = SimulationFailure(seed: seed, plan: shorter, problem: problem)
                    isShorter = true
                    break
                }
            }
        }
        return failure
    }
}

/// What a topology is built in: the simulated files and time.
public struct SimulatedWorld: Sendable {
    /// The files; those that sinks and checkpoints use are given to them by the run.
    public let files: SimulatedFiles
    /// The clock.
    public let clock: SimulatedClock
    /// How often the topology has been started before.
    public let life: Int
}

/// How much was simulated.
public struct SimulationSummary: Sendable {
    public var seeds = 0
    public var steps = 0
    public var recoveries = 0
    public var checkpoints = 0
    public var overtaken = 0
    /// Calls to sinks and sources that failed; how many of them sinks repeated; and calls that were slow.
    public var failedCalls = 0
    public var repeatedCalls = 0
    public var slowCalls = 0
    /// Restarts in place.
    public var restarts = 0
}

/// A simulation whose output is not that of an undisturbed run.
public struct SimulationFailure: Error, CustomStringConvertible {
    /// The seed that replays it.
    public let seed: UInt64
    /// The plan, without what is not needed to fail.
    public let plan: FaultPlan
    /// What was wrong.
    public let problem: String

    public var description: String { "seed \(seed): \(problem)\n\(plan)" }
}

extension SimulatedFiles {
    /// The lines of all files but checkpoints and what is not committed, and the records of event logs, in
    /// order.
    public var lines: [String] {
        let paths = state.withLock { $0.names.keys.sorted() }
        let lines = paths.filter {
            !$0.hasPrefix("checkpoints/") && !$0.contains(".staged-") && !isInEventLog($0)
        }
        .flatMap { path in
            (text(path) ?? "").split(separator: "\n").map { "\(path): \($0)" }.sorted()
        }
        return eventLogs.reduce(lines) { lines, path in
            do { return lines + (try eventLogRecords(path)) } catch {
                return lines + ["\(path): \(error)"]
            }
        }
    }
}
