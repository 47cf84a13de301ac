/// Where the operators of a logical graph run: stages of fused operators, and the exchanges between
/// them.
struct PhysicalPlan: Sendable {
    /// Operators that run in one worker's chain, with as many workers as the stage has instances.
    struct Stage: Sendable {
        var id: Int
        var nodes: [Int]
        var parallelism: Int
    }

    /// How an exchange's lanes connect the instances of two stages.
    enum Distribution: Sendable, Equatable {
        /// Instance `i` sends to instance `i`.
        case paired
        /// Every instance sends to every instance: by key, or to each in turn.
        case all
    }

    /// An edge of the logical graph that crosses stages.
    struct Exchange: Sendable {
        var id: Int
        var edge: Origin
        var target: Int
        var targetInput: Int
        var fromStage: Int
        var toStage: Int
        var distribution: Distribution
        /// Whether partial results cross, and elements only where adding up gains nothing.
        var isPreAggregated: Bool
    }

    private(set) var stages: [Stage] = []
    private(set) var exchanges: [Exchange] = []
    /// The stage of each node.
    private(set) var stageOf: [Int: Int] = [:]
    /// The nodes behind a source that asks for exact watermarks.
    private(set) var exactNodes: Set<Int> = []

    /// Plans a graph.
    ///
    /// An operator joins the stage of its inputs if they all come from one stage with the same number
    /// of instances, no element needs to change the instance, and it does not ask for a stage of its own;
    /// else it opens a new stage.
    init(_ graph: LogicalGraph, parallelism: Int, splitCounts: [Int: Int]) {
        for node in graph.nodes {
            let inputStages = node.inputs.map { stageOf[$0.origin.node] ?? 0 }
            let isKeyed = node.inputs.contains { $0.partitioner != nil }
            let width = self.width(
                of: node, inputStages: inputStages, isKeyed: isKeyed, parallelism: parallelism,
                splitCount: splitCounts[node.id])
            if node.needsExactWatermarks
                || node.inputs.contains(where: { exactNodes.contains($0.origin.node) })
            {
                exactNodes.insert(node.id)
            }
            if let stage = inputStages.first, !node.opensStage,
                inputStages.allSatisfy({ $0 == stage }),
                stages[stage].parallelism == width, !isKeyed || width == 1
            {
                stages[stage].nodes.append(node.id)
                stageOf[node.id] = stage
                continue
            }
            let stage = stages.count
            stages.append(Stage(id: stage, nodes: [node.id], parallelism: width))
            stageOf[node.id] = stage
            for (index, input) in node.inputs.enumerated() {
                let from = inputStages[index]
                let isPaired = input.partitioner == nil && stages[from].parallelism == width
                exchanges.append(
                    Exchange(
                        id: exchanges.count, edge: input.origin, target: node.id,
                        targetInput: index,
                        fromStage: from, toStage: stage, distribution: isPaired ? .paired : .all,
                        isPreAggregated: node.preAggregation != nil
                            && stages[from].parallelism >= width))
            }
        }
    }

    private func width(
        of node: LogicalNode, inputStages: [Int], isKeyed: Bool, parallelism: Int, splitCount: Int?
    ) -> Int {
        if let splitCount { return splitCount }
        if let given = node.parallelism { return given }
        if isKeyed { return parallelism }
        return inputStages.map { stages[$0].parallelism }.max() ?? 1
    }

    /// The exchanges that lead into a stage.
    func exchanges(into stage: Int) -> [Exchange] { exchanges.filter { $0.toStage == stage } }

    /// The exchange of an edge, if it crosses stages.
    func exchange(of edge: Origin, target: Int, input: Int) -> Exchange? {
        exchanges.first { $0.edge == edge && $0.target == target && $0.targetInput == input }
    }

    /// How many lanes of an exchange end in one receiving instance.
    func laneCount(of exchange: Exchange) -> Int {
        exchange.distribution == .paired ? 1 : stages[exchange.fromStage].parallelism
    }

    /// Names an exchange by what it leads to, the same whatever the parallelism.
    func edgeName(of exchange: Exchange, in graph: LogicalGraph) -> String {
        let name = "\(graph.nodes[exchange.target].name) (input \(exchange.targetInput))"
        return exchange.isPreAggregated ? name + " (partial)" : name
    }
}
