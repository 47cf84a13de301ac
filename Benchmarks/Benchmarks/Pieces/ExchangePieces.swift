import Benchmark
import Millrace

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

    // Each element to the worker of its key, for an operator that keeps no state.
    Benchmark("exchange: keyed, 2 to 2") { _, events in
        let topology = try Topology("keyed") { flow in
            flow.source(Inputs.source(events, splits: 2))
                .keyed(by: { $0.product })
                .process(
                    "pass", state: Never.self, output: Int64.self,
                    onElement: { event, _, context in context.emit(event.cents) }
                )
                .forEachBatch { batch in blackHole(batch.count) }
        }
        blackHole(try await topology.run(RunOptions(parallelism: 2)))
    } setup: {
        Inputs.purchases(perSecond: 100_000)
    }
}
