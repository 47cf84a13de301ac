/// A validated dataflow graph: sources, operators, state and sinks, ready to be run, tested, printed.
///
/// ```swift
/// let topology = try Topology("views") { flow in
///     let clicks = flow.source(.jsonLines("clicks.jsonl", as: Click.self), eventTime: \.time)
///     clicks.keyed(by: \.product)
///         .window(.tumbling(.minutes(1)))
///         .aggregate(.count())
///         .sink(.jsonLines("views.jsonl"))
/// }
/// try await topology.run()
/// ```
public struct Topology: Sendable {
    /// The topology's name, for logs and checkpoints.
    public let name: String
    let graph: LogicalGraph

    /// Writes a topology and validates it.
    ///
    /// - Throws: ``StreamError`` with code `invalidTopology`, naming the operator: a parameter that is
    ///   not valid, two operators of one name, a stream that leads nowhere.
    public init(_ name: String, _ build: (Flow) throws -> Void) throws {
        let flow = Flow()
        try build(flow)
        if let problem = flow.problems.first { throw problem }
        self.name = name
        graph = flow.graph
        try graph.validate()
    }
}

extension LogicalGraph {
    /// Refuses a graph in which a stream leads nowhere, or which has no source.
    func validate() throws {
        if nodes.isEmpty {
            throw StreamError(.invalidTopology, "the topology has no source")
        }
        for node in nodes {
            guard !node.outputs.isEmpty else { continue }
            let isConnected = node.outputs.indices.contains {
                !consumers(of: Origin(node: node.id, output: $0)).isEmpty
            }
            if !isConnected {
                throw StreamError(
                    .invalidTopology,
                    "the stream leads nowhere; end it in a sink, or remove the operator",
                    operatorName: node.name)
            }
        }
    }
}
