import Millrace
import MillraceTesting
import Testing

/// Crashes leave no trace in what a topology writes.
@Suite struct SimulationTests {
    @Test func lateElements() throws { try SimulatedTopologies.late.check(seeds: 0..<30) }

    /// A sink that is full in the middle of a batch holds up a window that fires; the elements behind the
    /// watermark must not get into it.
    @Test func elementsDoNotOvertakeWatermarks() throws {
        let simulation = SimulatedTopologies.late
        let expected = try simulation.undisturbed()
        for number in 1...(expected.calls[.write] ?? 1) {
            var plan = FaultPlan()
            plan.last.batchSize = 6
            plan.last.callFaults = [
                FaultPlan.CallFault(.write, number: number, .takes(.milliseconds(2)))
            ]
            #expect(try simulation.run(plan, seed: 1).output == expected.output)
        }
    }

    /// Barriers overtake what waits in the channels.
    @Test func unalignedCheckpoints() throws {
        for topology in [SimulatedTopologies.windows, SimulatedTopologies.process] {
            var simulation = topology
            simulation.overtakes = true
            let summary = try simulation.check(seeds: 0..<60)
            #expect(summary.recoveries > 8)
            #expect(summary.overtaken > 8)
        }
    }

    @Test func everyOperator() throws {
        let summary = try SimulatedTopologies.everything.check(seeds: 0..<30)
        #expect(summary.recoveries > 8)
    }

    @Test func windowsAndSessions() throws {
        let summary = try SimulatedTopologies.windows.check(seeds: 0..<60)
        #expect(summary.recoveries > 15)
        #expect(summary.checkpoints > 100)
    }

    @Test func timersAndState() throws {
        let summary = try SimulatedTopologies.process.check(seeds: 0..<60)
        #expect(summary.recoveries > 15)
    }

    @Test func slowAndFailingSinksAndSources() throws {
        let summary = try SimulatedTopologies.retries.check(seeds: 0..<60)
        #expect(summary.failedCalls > 10)
        #expect(summary.repeatedCalls > 5)
        #expect(summary.slowCalls > 30)
    }

    @Test(arguments: InterceptedCall.allCases)
    func everyKindOfCallMayFail(_ call: InterceptedCall) throws {
        let simulation = SimulatedTopologies.windows
        let expected = try simulation.undisturbed()
        for effect in [CallEffect.fails, .answerIsLost] {
            for restarts in 0...1 {
                var plan = FaultPlan()
                var life = FaultPlan.Life()
                // Opening and closing happen once a sink.
                let number = 1 + (expected.calls[call] ?? 0) / 3
                life.callFaults = [FaultPlan.CallFault(call, number: number, effect)]
                life.restarts = restarts
                plan.lives = [life]
                let outcome = try simulation.run(plan, seed: 1)
                #expect(outcome.output == expected.output)
                #expect(outcome.failedCalls == 1)
                #expect(outcome.restarts == restarts)
            }
        }
    }

    @Test func sameSeedReplaysExactly() throws {
        let simulation = SimulatedTopologies.retries
        let expected = try simulation.undisturbed()
        for seed: UInt64 in 0..<10 {
            let plan = simulation.plan(seed: seed, like: expected)
            let (first, second) = try (
                simulation.run(plan, seed: seed), simulation.run(plan, seed: seed)
            )
            #expect(first.steps == second.steps)
            #expect(first.operations == second.operations)
            #expect(first.calls == second.calls)
            #expect(first.checkpoints == second.checkpoints)
        }
    }

    @Test(arguments: PlantedBug.allCases)
    func plantedBugsAreFound(_ bug: PlantedBug) throws {
        let simulation =
            switch bug {
            case .timersLostOnRescale: SimulatedTopologies.process
            case .watermarkNotRestored: SimulatedTopologies.late
            default: SimulatedTopologies.windows
            }
        PlantedBug.$current.withValue(bug) {
            #expect(throws: SimulationFailure.self) { try simulation.check(seeds: 0..<100) }
        }
    }

    /// State that only elements of its key bring to light, so that the output would not show it.
    @Test func stateOnTwoWorkersIsFound() throws {
        let simulation = Simulation { _ in
            try Topology("running") { flow in
                SimulatedTopologies.clicks(flow).keyed(by: \.user)
                    .aggregate(.count(), name: "visits").filter { $0.value == 20 }
                    .map { SimulatedTopologies.Row(text: "\($0.key)") }
                    .sink(.jsonLines("visits.jsonl"))
            }
        }
        try simulation.check(seeds: 0..<20)
        PlantedBug.$current.withValue(.keyGroupsKeptOnRescale) {
            let failure = #expect(throws: SimulationFailure.self) {
                try simulation.check(seeds: 0..<20)
            }
            #expect(failure?.problem.contains("state of 'visits' for key group") ?? false)
        }
    }

    /// A sink's failure that the run hides is found even where no result is lost.
    @Test func hiddenFailureOfASinkIsFound() throws {
        PlantedBug.$current.withValue(.failedPrepareSwallowed) {
            let failure = #expect(throws: SimulationFailure.self) {
                try SimulatedTopologies.windows.check(seeds: 0..<100)
            }
            #expect(failure?.problem.contains("although a call to 'sink-") ?? false)
        }
    }
}
