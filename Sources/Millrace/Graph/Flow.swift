/// What a topology's closure gets to define sources with; collects the graph while it is written.
///
/// A flow lives only while the closure runs.
public final class Flow {
    var graph = LogicalGraph()
    /// What is wrong with the graph so far; the first is thrown when the topology is built.
    @usableFromInline var problems: [StreamError] = []
    private var usedNames: [String: Int] = [:]
    private var takenNames: Set<String> = []

    init() {}

    /// Notes that a parameter of an operator is not valid.
    @usableFromInline
    func refuse(_ name: String, _ message: String) {
        problems.append(StreamError(.invalidTopology, message, operatorName: name))
    }

    /// Adds an operator and returns its number.
    /// - Parameter name: The name that the user gave, or `nil` to derive one from `kind`.
    @usableFromInline
    func add(
        _ kind: String, name: String?, label: String? = nil, inputs: [LogicalEdge],
        outputs: [LogicalOutput], isStateful: Bool = false, body: NodeBody
    ) -> Int {
        let id = graph.nodes.count
        graph.nodes.append(
            LogicalNode(
                id: id, name: uniqueName(kind, given: name), label: label ?? kind, inputs: inputs,
                outputs: outputs, parallelism: nil, isStateful: isStateful, body: body))
        return id
    }

    /// Changes what has been noted about a node.
    func update(_ id: Int, _ change: (inout LogicalNode) -> Void) { change(&graph.nodes[id]) }

    @usableFromInline
    func setParallelism(_ count: Int, of id: Int) {
        if count < 1 { refuse(name(of: id), "the parallelism must be at least 1, not \(count)") }
        graph.nodes[id].parallelism = count
    }

    @usableFromInline
    func setPreAggregation(_ split: PreAggregation, of id: Int) {
        graph.nodes[id].preAggregation = split
    }

    @usableFromInline
    func needExactWatermarks(of id: Int) { graph.nodes[id].needsExactWatermarks = true }

    /// The name of a node.
    @usableFromInline
    func name(of id: Int) -> String { graph.nodes[id].name }

    /// Adds a side output to a node unless it has one of that name.
    @usableFromInline
    func sideOutput<Element: Sendable>(
        _ output: SideOutput<Element>, of id: Int
    ) -> DataStream<Element> {
        let outputs = graph.nodes[id].outputs
        if let index = outputs.dropFirst().firstIndex(where: { $0.name == output.name }) {
            if outputs[index].type.name != "\(Element.self)" {
                refuse(
                    name(of: id),
                    "the side output '\(output.name)' carries \(outputs[index].type.name), not "
                        + "\(Element.self)")
            }
            return DataStream(flow: self, origin: Origin(node: id, output: index))
        }
        graph.nodes[id].outputs.append(
            LogicalOutput(named: output.name, of: Element.self))
        return DataStream(flow: self, origin: Origin(node: id, output: outputs.count))
    }

    private func uniqueName(_ kind: String, given: String?) -> String {
        if let given {
            if !takenNames.insert(given).inserted {
                refuse(given, "two operators have this name; give each a name of its own")
            }
            return given
        }
        // Derived names count per kind, so adding a filter does not rename the windows.
        var candidate: String
        repeat {
            let number = usedNames[kind, default: 0] + 1
            usedNames[kind] = number
            candidate = "\(kind)-\(number)"
        } while takenNames.contains(candidate)
        takenNames.insert(candidate)
        return candidate
    }
}
