import Millrace
import Synchronization

extension Simulation {
    /// Runs the topology through all lives of a plan.
    ///
    /// - Throws: What a life threw although nothing had been made to fail; ``SimulationStuck`` if nothing can
    ///   happen any more.
    public func run(_ plan: FaultPlan, seed: UInt64) throws -> Outcome {
        let files = SimulatedFiles()
        let clock = SimulatedClock()
        let events = Mutex((recoveries: 0, checkpoints: 0, overtaken: 0))
        var generator = SeededGenerator(seed: seed ^ 0xD1B5_4A32_D192_ED03)
        var steps = 0
        let probe = RunProbe()
        let calls = SimulatedCalls()
        var failedCalls = (all: 0, repeated: 0)
        var (slowCalls, restarts) = (0, 0)
        for (number, life) in (plan.lives + [plan.last]).enumerated() {
            files.state.withLock { state in
                state.crashesAt = life.crashOperation
                state.failsAt = life.failingOperations
            }
            calls.begin(life.callFaults)
            let world = SimulatedWorld(files: files, clock: clock, life: number)
            let topology = try build(world)
            var options = options(life, world) { event in
                events.withLock { events in
                    switch event {
                    case .restored: events.recoveries += 1
                    case .completed(let manifest, _):
                        events.checkpoints += 1
                        calls.hasCompleted(manifest.id)
                        let hasOvertaken = manifest.operators.contains { $0.kind == "channel" }
                        events.overtaken += hasOvertaken ? 1 : 0
                    case .restarting: calls.hasRestarted()
                    case .beganAnew, .skipped, .failed, .notRemoved: break
                    }
                }
            }
            options.probe = probe
            options.interceptor = calls.interceptor
            let result = try drive(
                seed: generator.next(), life, world, (probe, calls), &steps
            ) { [options] in try await topology.run(options) }
            let isDisturbed =
                files.hasCrashed || life.failingOperations.contains { $0 <= files.operationCount }
            let called = calls.life
            if let wrong = called.misreported(result, isAlone: !isDisturbed) {
                throw SimulatedViolation(what: wrong, step: steps)
            }
            if case .failure(let error) = result, !isDisturbed, called.failures == 0 { throw error }
            failedCalls.all += called.failures
            failedCalls.repeated += called.repeated
            slowCalls += called.delays
            restarts += called.restarts
            if let path = files.state.withLock({ $0.takenBack })
                .first(where: { !files.isInEventLog($0) })
            {
                throw SimulatedPublication(path: path)
            }
            if number == plan.lives.count { break }
            files.crash()
            files.restart(&generator)
        }
        let (recoveries, checkpoints, overtaken) = events.withLock { $0 }
        return Outcome(
            output: output(files), steps: steps, operations: files.operationCount,
            calls: calls.life.counts, failedCalls: failedCalls.all,
            repeatedCalls: failedCalls.repeated, slowCalls: slowCalls, restarts: restarts,
            recoveries: recoveries, checkpoints: checkpoints, overtaken: overtaken)
    }

    private func options(
        _ life: FaultPlan.Life, _ world: SimulatedWorld,
        _ observer: @escaping @Sendable (CheckpointEvent) -> Void
    ) -> RunOptions {
        var options = RunOptions(
            parallelism: life.parallelism, channelCapacity: life.channelCapacity,
            batchSize: life.batchSize, timeSource: world.clock.source,
            checkpoints: Checkpoints(
                storage: DirectoryStorage("checkpoints", files: world.files),
                interval: life.interval, unalignedAfter: life.unalignedAfter,
                observer: observer),
            files: world.files)
        options.isSimulated = true
        if life.restarts > 0 {
            options.restart = .restart(maximum: life.restarts, within: .seconds(60))
        }
        return options
    }

    /// Runs `body` to its end, one job after the other; a crash cancels it.
    private func drive<Value: Sendable>(
        seed: UInt64, _ life: FaultPlan.Life, _ world: SimulatedWorld,
        _ watch: (RunProbe, SimulatedCalls), _ steps: inout Int,
        _ body: @escaping @Sendable () async throws -> Value
    ) throws -> Result<Value, any Error> {
        let (probe, calls) = watch
        let executor = SimulatedExecutor(seed: seed)
        let ending = Ending<Value>()
        let task = Task(executorPreference: executor) {
            do { ending.set(.success(try await body())) } catch { ending.set(.failure(error)) }
        }
        var generator = SeededGenerator(seed: seed &+ 1)
        var step = 0
        while ending.result == nil {
            step += 1
            // Tasks that wake again and again keep a topology from standing still where no work is done.
            if step > stepLimit { throw SimulationStuck(step: step, workers: probe.description) }
            if step == life.crashStep { world.files.crash() }
            if let jump = life.clockJumps[step] { world.clock.jump(by: jump) }
            if world.files.hasCrashed, !task.isCancelled { task.cancel() }
            if executor.step() {
                world.clock.elapse(.microseconds(generator.below(400)))
            } else if !world.clock.advance(), ending.result == nil {
                throw SimulationStuck(step: step, workers: probe.description)
            }
            if let violation = probe.violation(at: step) ?? calls.violation {
                throw SimulatedViolation(what: violation, step: step)
            }
        }
        steps += step
        // The last jobs of the task: nothing of it may be left.
        while executor.step() {}
        probe.clear()
        if let worker = probe.survivor {
            throw SimulatedViolation(what: "'\(worker)' is still there after the run", step: step)
        }
        if world.clock.sleeperCount > 0 {
            throw SimulatedViolation(what: "a task sleeps on after the run", step: step)
        }
        return ending.result ?? .failure(SimulationStuck(step: step, workers: ""))
    }
}

/// How a task has ended.
private final class Ending<Value: Sendable>: Sendable {
    private let state = Mutex<Result<Value, any Error>?>(nil)

    var result: Result<Value, any Error>? { state.withLock { $0 } }

    func set(_ result: Result<Value, any Error>) { state.withLock { $0 = result } }
}

/// Every task waits for another: a deadlock, or something waits for what is not simulated.
public struct SimulationStuck: Error, CustomStringConvertible {
    /// After how many steps of this life.
    public let step: Int
    /// What each worker was about.
    public let workers: String

    public var description: String {
        "nothing can happen any more at step \(step): a deadlock, or a task waits for something outside "
            + "of the simulation\n\(workers)"
    }
}

/// Results were published before the checkpoint that covers them was complete, and had to be taken back.
public struct SimulatedPublication: Error, CustomStringConvertible {
    /// The file that was cut off.
    public let path: String

    public var description: String {
        "results in '\(path)' were published before their checkpoint was complete"
    }
}

/// Something that must never be so.
public struct SimulatedViolation: Error, CustomStringConvertible {
    /// What was so.
    public let what: String
    /// After how many steps of this life.
    public let step: Int

    public var description: String { "\(what), at step \(step)" }
}
