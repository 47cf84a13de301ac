extension Topology {
    /// The operators and the stages that they run in, as text.
    ///
    /// Sources are taken to have one split; a run asks them.
    public func describe(parallelism: Int = 1) -> String {
        let plan = PhysicalPlan(
            graph, parallelism: parallelism,
            splitCounts: Dictionary(
                uniqueKeysWithValues: graph.nodes.filter(\.isInput).map { ($0.id, 1) }))
        var text = "topology \(name)\n"
        for stage in plan.stages {
            text += "stage \(stage.id), \(stage.parallelism) worker(s)\n"
            for exchange in plan.exchanges(into: stage.id) {
                let edge = graph.nodes[exchange.target].inputs[exchange.targetInput]
                let how = edge.partitioner.map { "by key \($0.keyType)" } ?? "whole batches"
                text += "  ⇠ stage \(exchange.fromStage), \(how)\n"
            }
            for id in stage.nodes {
                let node = graph.nodes[id]
                let state = node.isStateful ? " [state]" : ""
                text += "  \(node.name): \(node.label)\(state)\n"
            }
        }
        return text
    }

    /// The logical graph as a Mermaid flowchart.
    public var mermaid: String {
        var text = "flowchart LR\n"
        for node in graph.nodes {
            let shape =
                node.inputs.isEmpty
                ? ("([", "])") : node.outputs.isEmpty ? ("[/", "/]") : ("[", "]")
            text += "    n\(node.id)\(shape.0)\"\(node.name)<br/>\(node.label)\"\(shape.1)\n"
        }
        for node in graph.nodes {
            for input in node.inputs {
                let output = graph.nodes[input.origin.node].outputs[input.origin.output].name
                var label = input.partitioner.map { "by \($0.keyType)" } ?? ""
                if input.origin.output > 0 { label = output }
                let arrow = label.isEmpty ? "-->" : "-->|\(label)|"
                text += "    n\(input.origin.node) \(arrow) n\(node.id)\n"
            }
        }
        return text
    }
}
