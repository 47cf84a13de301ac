import Millrace
import MillraceTesting
import Testing

/// Chains that are cut, so that their parts run beside each other.
@Suite struct NewStageTests {
    private func topology(
        _ elements: [Int], doubled: Collected<Int>, sums: Collected<Keyed<Int, Int>>
    ) throws -> Topology {
        try Topology("stages") { flow in
            let numbers = flow.source(
                .elements(elements), name: "numbers",
                eventTime: { Timestamp(millis: Int64($0)) })
            numbers.newStage(name: "left").map(name: "double") { $0 * 2 }
                .sink(.collect(into: doubled), name: "doubled")
            numbers.newStage(name: "right").keyed(by: { $0 % 3 }).aggregate(Sum { $0 }, name: "sum")
                .sink(.collect(into: sums), name: "sums")
        }
    }

    @Test func eachBranchHasWorkersOfItsOwn() throws {
        let plan = try topology([], doubled: Collected(), sums: Collected()).describe()
        #expect(plan.contains("stage 0, 1 worker(s)\n  numbers"))
        #expect(plan.contains("stage 1, 1 worker(s)\n  ⇠ stage 0, whole batches\n  left: stage"))
        #expect(plan.contains("stage 2, 1 worker(s)\n  ⇠ stage 0, whole batches\n  right: stage"))
        #expect(!plan.contains("stage 3"))
    }

    @Test(arguments: [1, 3])
    func elementsCrossWholeAndInOrder(parallelism: Int) async throws {
        let (doubled, sums) = (Collected<Int>(), Collected<Keyed<Int, Int>>())
        let elements = Array(0..<20_000)
        let report = try await topology(elements, doubled: doubled, sums: sums)
            .run(RunOptions(parallelism: parallelism, batchSize: 64))
        #expect(doubled.elements == elements.map { $0 * 2 })
        var last: [Int: Int] = [:]
        for sum in sums.elements { last[sum.key] = sum.value }
        #expect(last.values.reduce(0, +) == elements.reduce(0, +))
        #expect(report["double"]?.received == elements.count)
    }

    @Test func theCutSurvivesCrashes() throws {
        let events = Event.random(200, keys: 5, disorder: 0, seed: 7)
        let simulation = Simulation { _ in
            try Topology("stages") { flow in
                let all = flow.source(
                    .elements(events), name: "events", eventTime: { Timestamp(millis: $0.time) })
                all.newStage(name: "left").keyed(by: { $0.key }).window(.tumbling(.seconds(1)))
                    .aggregate(.count(), name: "counts")
                    .map { Row(text: "\($0.key) \($0.window) \($0.value)") }
                    .sink(.jsonLines("counts.jsonl"))
                all.newStage(name: "right").filter { $0.key == 1 }
                    .map { Row(text: "\($0.time)") }.sink(.jsonLines("ones.jsonl"))
            }
        }
        try simulation.check(seeds: 0..<40)
        #expect(try !simulation.undisturbed().output.isEmpty)
    }

    struct Row: JSONEncodableRecord, Sendable {
        var text: String

        func encode(to json: inout JSONWriter) { json.field("row", text) }
    }
}
