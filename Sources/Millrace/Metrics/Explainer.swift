/// Finds out from a report and the graph why a topology is where it is.
struct Explainer {
    /// A channel this full is taken to be full: its receiver may just have taken a message out.
    static let fullAt = 0.75

    let report: RunReport
    let graph: LogicalGraph
    let plan: PhysicalPlan
    let checkpoints: Checkpoints?

    func explanation() -> Explanation {
        Explanation(
            time: report.time, operators: graph.nodes.map(explain), bottlenecks: bottlenecks,
            sinks: graph.nodes.compactMap { node in
                guard case .sink(let body) = node.body else { return nil }
                return SinkExplanation(
                    name: node.name, label: node.label, delivery: body.delivery)
            },
            checkpoints: checkpoints.map { $0.interval.map { .every($0) } ?? .onDemand } ?? .off)
    }

    // MARK: - Operators

    private func explain(_ node: LogicalNode) -> OperatorExplanation {
        let figures = report.operators.first { $0.name == node.name }
        let watermark = self.watermark(of: node)
        return OperatorExplanation(
            name: node.name, label: node.label, watermark: watermark,
            lag: report.lag(of: watermark), hold: hold(of: node, at: watermark),
            nextDue: figures?.nextDue, stateCount: figures?.stateCount ?? 0,
            times: times(of: [node.name]))
    }

    /// An operator's watermark. A union keeps none: it is where its inputs are.
    private func watermark(of node: LogicalNode) -> Timestamp {
        switch node.body {
        case .source:
            return Self.merged(
                report.splits.filter { $0.source == node.name }.map { ($0.watermark, $0.status) })
        case .union:
            return Self.merged(
                node.inputs.map { graph.nodes[$0.origin.node] }
                    .map { (watermark(of: $0), status(of: $0)) })
        case .external, .chained, .sink:
            return report.operators.first { $0.name == node.name }?.watermark ?? .none
        }
    }

    /// Whether anything may still come to an operator, as the splits that lead to it have it.
    private func status(of node: LogicalNode) -> InputStatus {
        let statuses = splits(to: ancestors(of: node)).map(\.status)
        if statuses.contains(.active) { return .active }
        return statuses.contains(.idle) ? .idle : .finished
    }

    /// The watermark of several inputs, as a ``WatermarkMerger`` has it: the least of the active ones, without
    /// any the greatest of the idle ones, and the last one of all when all have ended.
    private static func merged(_ inputs: [(watermark: Timestamp, status: InputStatus)]) -> Timestamp
    {
        func watermarks(_ status: InputStatus) -> [Timestamp] {
            inputs.filter { $0.status == status }.map(\.watermark)
        }
        return watermarks(.active).min() ?? watermarks(.idle).max()
            ?? watermarks(.finished).min() ?? .none
    }

    private func splits(to ancestors: Set<String>) -> [SplitReport] {
        report.splits.filter { ancestors.contains($0.source) }
    }

    private func hold(of node: LogicalNode, at watermark: Timestamp) -> WatermarkHold {
        let ancestors = ancestors(of: node)
        let splits = splits(to: ancestors)
        if splits.isEmpty { return .noSource }
        let counted = splits.filter { $0.status == .active }
        let reached = Self.merged(splits.map { ($0.watermark, $0.status) })
        if reached > watermark {
            let queued = report.channels.filter { ancestors.contains($0.receiver) }
                .reduce(0) { $0 + $1.queued.reduce(0, +) }
            return .inTransit(queued: queued)
        }
        guard let slowest = slowest(counted) else {
            return splits.allSatisfy { $0.status == .finished } ? .ended : .allIdle
        }
        return .split(slowest, reason(for: slowest, among: counted))
    }

    private func slowest(_ splits: [SplitReport]) -> SplitReport? {
        splits.min { $0.watermark < $1.watermark }
    }

    /// The names of the operators that lead to a node, and its own.
    private func ancestors(of node: LogicalNode) -> Set<String> {
        var names: Set<String> = []
        var open = [node]
        while let next = open.popLast() {
            if !names.insert(next.name).inserted { continue }
            open += next.inputs.map { graph.nodes[$0.origin.node] }
        }
        return names
    }

    private func reason(
        for split: SplitReport, among counted: [SplitReport]
    ) -> WatermarkHold.Reason {
        let silence = max(.zero, report.time - split.lastActivity)
        let activity = worker(of: split)?.activity
        if split.rule == .none { return .noWatermarks }
        if activity == .blocked { return .blocked }
        if split.watermark == .none { return .nothingYet(silence) }
        if split.isPaused { return .paused }
        if activity == .idle { return .silent(silence) }
        let others = counted.filter { ($0.source, $0.id) != (split.source, split.id) }
        if let next = slowest(others), next.watermark > split.watermark {
            return .behind(next.watermark - split.watermark)
        }
        return .strategy
    }

    /// The worker that reads a split: a source has one per split, in their order.
    private func worker(of split: SplitReport) -> WorkerLoad? {
        let splits = report.splits.filter { $0.source == split.source }
        return splits.firstIndex { $0.id == split.id }.flatMap { index in
            report.workers.first { $0.name == "\(split.source)[\(index)]" }
        }
    }

    private func times(of operators: Set<String>) -> WorkerTimes {
        report.workers.filter { !operators.isDisjoint(with: $0.operators) }.map(\.times)
            .reduce(WorkerTimes(), +)
    }

    // MARK: - Back-pressure

    /// The stages whose input is full while their output is not, and which do not wait themselves.
    private var bottlenecks: [Bottleneck] {
        let full = report.channels.filter { $0.fill >= Self.fullAt }
        return plan.stages.compactMap { stage in
            let chain = stage.nodes.map { graph.nodes[$0].name }
            let inputs = full.filter { chain.contains($0.receiver) }
            guard let fullest = inputs.max(by: { $0.fill < $1.fill }),
                !full.contains(where: { chain.contains($0.sender) })
            else { return nil }
            let senders = Set(inputs.map(\.sender))
            return Bottleneck(
                name: fullest.receiver, chain: chain, fill: fullest.fill,
                slows: graph.nodes.map(\.name).filter(senders.contains),
                times: times(of: Set(chain)))
        }
    }
}

extension RunningTopology {
    /// Why the topology is where it is; print it to read it.
    ///
    /// ```
    /// counts: window tumbling 60.0 seconds
    ///   The watermark is 2024-05-01T10:00:00.000Z, 31.2 s behind the clock. Split 'clicks.csv' of 'clicks'
    ///   holds it back: …
    /// ```
    /// It is made from one ``metrics()``; what it says about back-pressure is a look at that moment.
    public func explain() async -> Explanation {
        Explainer(
            report: await metrics(), graph: graph, plan: plan,
            checkpoints: coordinator?.checkpoints
        ).explanation()
    }
}
