import Millrace
import MillraceTesting
import Testing

/// Crashes leave no trace in what a topology writes.
@Suite struct SimulationTests {
    @Test func lateElements() throws { try SimulatedTopologies.late.check(seeds: 0..<30) }

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

    @Test(arguments: PlantedBug.allCases)
    func plantedBugsAreFound(_ bug: PlantedBug) throws {
        let simulation =
            switch bug {
            case .timersLostOnRescale: SimulatedTopologies.process
            case .watermarkNotRestored: SimulatedTopologies.late
            default: SimulatedTopologies.windows
            }
        PlantedBug.$current.withValue(bug) {
            #expect(throws: SimulationFailure.self) {
                try simulation.check(seeds: 0..<400)
            }
        }
    }
}
