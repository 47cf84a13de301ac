import Benchmark
import Millrace

/// Counts per key, after every event, on `workers` workers that read as many splits.
private func runningCounts(_ events: ContiguousArray<Purchase>, workers: Int) async throws {
    let topology = try Topology("keyed") { flow in
        flow.source(Inputs.source(events, splits: workers))
            .keyed(by: { $0.product })
            .aggregate(.count())
            .forEachBatch { batch in blackHole(batch.count) }
    }
    blackHole(try await topology.run(RunOptions(parallelism: workers)))
}

func exchangePieces() {
    // Whole batches from two workers to a third: channels and nothing else.
    Benchmark("exchange: forward, 2 to 1") { _, events in
        let topology = try Topology("forward") { flow in
            flow.source(Inputs.source(events, splits: 2))
                .map { $0.cents }.parallelism(1)
                .forEachBatch { batch in blackHole(batch.count) }
        }
        blackHole(try await topology.run(RunOptions(parallelism: 2)))
    } setup: {
        Inputs.purchases(perSecond: 100_000)
    }

    // Each event to the worker of its key, for an operator that must see them all. The same without
    // an exchange says what the operator costs.
    Benchmark("exchange: keyed, 2 to 2") { _, events in
        try await runningCounts(events, workers: 2)
    } setup: {
        Inputs.purchases(perSecond: 100_000)
    }

    Benchmark("exchange: none, keyed, 1 worker") { _, events in
        try await runningCounts(events, workers: 1)
    } setup: {
        Inputs.purchases(perSecond: 100_000)
    }
}
