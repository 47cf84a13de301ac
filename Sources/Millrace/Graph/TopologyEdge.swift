/// A stream between two operators of a topology.
public struct TopologyEdge: Sendable, Hashable {
    /// The operator that sends.
    public let sender: String
    /// The operator that receives.
    public let receiver: String
    /// The output that it leaves: `out` for the main one, else the side output's name.
    public let output: String
    /// Whether it is spread over the receiver's instances by key.
    public let isKeyed: Bool
}

extension LogicalGraph {
    var edges: [TopologyEdge] {
        nodes.flatMap { node in
            node.inputs.map { input in
                let sender = nodes[input.origin.node]
                return TopologyEdge(
                    sender: sender.name, receiver: node.name,
                    output: sender.outputs[input.origin.output].name,
                    isKeyed: input.partitioner != nil)
            }
        }
    }
}

extension Topology {
    /// The streams between the operators, in the order of their receivers.
    public var edges: [TopologyEdge] { graph.edges }
}

extension RunningTopology {
    /// The streams between the operators, in the order of their receivers. Those that cross workers are
    /// channels in ``RunReport/channels`` too, under the same names.
    public var edges: [TopologyEdge] { graph.edges }
}
