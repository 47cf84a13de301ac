import Millrace
import MillraceTesting
import Testing

/// Simulated time passes in steps shorter than a millisecond, and setting the clock wakes nobody.
@Suite struct SimulatedTimeTests {
    /// A checkpoint interval below a millisecond once kept every other sleeper from waking.
    @Test func shortIntervalsDoNotStopTime() throws {
        let simulation = SimulatedTopologies.windows
        let expected = try simulation.undisturbed()
        for jump in [Duration.zero, .hours(2), .hours(-2)] {
            var plan = FaultPlan()
            plan.last.interval = .microseconds(200)
            plan.last.callFaults = [
                FaultPlan.CallFault(.read, number: 29, .takes(.milliseconds(25)))
            ]
            plan.last.clockJumps = [300: jump]
            let outcome = try simulation.run(plan, seed: 3)
            #expect(outcome.output == expected.output)
            #expect(outcome.slowCalls == 1)
            #expect(outcome.steps < 20_000)
        }
    }
}
