import Benchmark
import Millrace

/// Adds prepared events to one accumulator, and takes the result.
@inline(__always)
private func aggregate<A>(
    _ events: ContiguousArray<Purchase>, _ aggregation: Aggregation<Purchase, A>
) -> A.Output {
    let aggregate = aggregation.base
    var accumulator = aggregate.makeAccumulator()
    for event in events { aggregate.add(event, at: event.time, to: &accumulator) }
    return aggregate.result(of: accumulator)
}

private func zipfPurchases() -> ContiguousArray<Purchase> {
    Inputs.purchases(perSecond: 100_000, keys: Inputs.zipfKeys())
}

func aggregatePieces() {
    Benchmark("aggregate: sum of integers") { _, events in
        blackHole(aggregate(events, .sum { $0.cents }))
    } setup: {
        zipfPurchases()
    }

    Benchmark("aggregate: compensated sum") { _, events in
        blackHole(aggregate(events, .sum { Double($0.cents) }))
    } setup: {
        zipfPurchases()
    }

    Benchmark("sketch: HyperLogLog, 1M users") { _, events in
        blackHole(aggregate(events, .approximateDistinctCount { $0.user }))
    } setup: {
        zipfPurchases()
    }

    Benchmark("sketch: DDSketch quantiles") { _, events in
        blackHole(
            aggregate(events, .quantiles([0.5, 0.99], of: { Double($0.cents) })))
    } setup: {
        zipfPurchases()
    }

    // One iteration takes seconds, so there is none to warm up.
    Benchmark(
        "sketch: SpaceSaving, 100 counters", configuration: .init(warmupIterations: 0)
    ) { _, events in
        blackHole(
            aggregate(events, .heavyHitters(10, of: { $0.product }, capacity: 100)))
    } setup: {
        zipfPurchases()
    }
}
