import Millrace
import Testing

@Suite struct TopologyEdgeTests {
    private static let odd = SideOutput<Int>("odd")

    @Test func everyStreamIsAnEdge() throws {
        let topology = try Topology("edges") { flow in
            let numbers = flow.source(.elements(0..<3), name: "numbers")
            let sums = numbers.keyed(by: { $0 })
                .process("sums", state: Int.self, output: Int.self) { _, _, _ in }
            sums.sideOutput(Self.odd).forEach(name: "odd-ones") { _, _ in }
            sums.union(numbers, name: "all").forEach(name: "out") { _, _ in }
        }
        let edges = topology.edges.map {
            "\($0.sender) \($0.output) \($0.receiver)\($0.isKeyed ? " keyed" : "")"
        }
        #expect(
            Set(edges) == [
                "numbers out sums keyed", "sums odd odd-ones", "sums out all", "numbers out all",
                "all out out",
            ])
        #expect(edges.count == 5)
    }
}
