import MillraceTesting
import SimulatedExamples
import Testing

/// Crashes leave no trace in what the examples write.
@Suite struct SimulatedExamplesTests {
    @Test(arguments: SimulatedExamples.all.map(\.name))
    func writesTheSame(_ name: String) throws {
        for example in SimulatedExamples.all where example.name == name {
            let summary = try example.simulation.check(seeds: 0..<10)
            #expect(summary.seeds == 10)
        }
    }
}
