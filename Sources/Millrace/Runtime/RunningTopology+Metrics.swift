extension RunningTopology {
    /// What the operators have counted so far, how much state they hold, and how the workers, channels and
    /// sources get on.
    ///
    /// Workers answer one after the other, between two batches, so the figures are not of one instant. One
    /// that waits for room or for a sink's system gives the figures from before it began to wait.
    public func metrics() async -> RunReport {
        var operators: [OperatorReport] = []
        var splits: [SplitReport] = []
        var workers: [WorkerLoad] = []
        for link in links {
            let snapshot = await link.gauge.snapshot { _ = link.inbox.post { $0.answer() } }
            operators += snapshot.operators
            if let split = snapshot.split { splits.append(split) }
            let load = link.gauge.load
            let names = link.stage.nodes.map { graph.nodes[$0].name }
            workers.append(
                WorkerLoad(
                    name: "\(names[0])[\(link.index)]",
                    operators: names
                        + snapshot.operators.map(\.name).filter { !names.contains($0) },
                    activity: load.activity, times: load.times))
        }
        var report = RunReport(merging: operators, order: graph.nodes.map(\.name))
        report.time = timeSource.now()
        report.began = began
        report.workers = workers
        report.channels = channels
        report.splits = splits
        return report
    }

    /// How full the channels are at this moment.
    private var channels: [ChannelReport] {
        links.flatMap { link in
            let queued = link.inbox.queuedCounts
            var first = 0
            return plan.exchanges(into: link.stage.id).map { exchange in
                let lanes = first..<first + plan.laneCount(of: exchange)
                first = lanes.upperBound
                return ChannelReport(
                    sender: graph.nodes[exchange.edge.node].name,
                    receiver: graph.nodes[exchange.target].name, instance: link.index,
                    queued: Array(queued[lanes]), capacity: link.inbox.capacity)
            }
        }
    }
}
