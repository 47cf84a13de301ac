import Benchmark
import Millrace

func processPieces() {
    // A function of an event and its key's state, which is what users write by hand.
    Benchmark("process: count per key, 1 worker") { _, events in
        let topology = try Topology("process") { flow in
            flow.source(Inputs.source(events))
                .keyed(by: { $0.product })
                .process(
                    "count", state: Int.self, output: Int.self,
                    onElement: { _, count, context in
                        count = (count ?? 0) + 1
                        context.emit(count ?? 0)
                    }
                )
                .forEachBatch { batch in blackHole(batch.count) }
        }
        blackHole(try await topology.run())
    } setup: {
        Inputs.purchases(perSecond: 100_000)
    }
}
