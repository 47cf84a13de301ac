import Benchmark
import Millrace

/// Counts the events of windows, on one worker, from prepared events to the results.
private func count(_ events: ContiguousArray<Purchase>, in window: WindowKind<Purchase>)
    async throws
{
    let topology = try Topology("count") { flow in
        flow.source(
            Inputs.source(events),
            watermarks: .bounded(outOfOrderness: .seconds(1))
        )
        .keyed(by: { $0.product })
        .window(window)
        .aggregate(.count())
        .forEachBatch { batch in blackHole(batch.count) }
    }
    blackHole(try await topology.run())
}

func windowPieces() {
    Benchmark("window: tumbling 10 s, uniform") { _, events in
        try await count(events, in: .tumbling(.seconds(10)))
    } setup: {
        Inputs.purchases(perSecond: 50_000)
    }

    Benchmark("window: tumbling 10 s, Zipf") { _, events in
        try await count(events, in: .tumbling(.seconds(10)))
    } setup: {
        Inputs.purchases(perSecond: 50_000, keys: Inputs.zipfKeys())
    }

    Benchmark("window: sliding 60 s by 5 s, Zipf") { _, events in
        try await count(events, in: .sliding(size: .seconds(60), every: .seconds(5)))
    } setup: {
        Inputs.purchases(perSecond: 10_000, keys: Inputs.zipfKeys())
    }

    Benchmark("window: session, gap 30 s, Zipf") { _, events in
        try await count(events, in: .session(gap: .seconds(30)))
    } setup: {
        Inputs.purchases(perSecond: 10_000, keys: Inputs.zipfKeys())
    }
}
