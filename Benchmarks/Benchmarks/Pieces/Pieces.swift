import Benchmark

/// One million operations per iteration of every piece: `--scale` prints figures per operation.
let operationCount = 1_000_000

let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = .init(
        metrics: [.wallClock, .throughput, .instructions, .peakMemoryResident],
        warmupIterations: 1, scalingFactor: .mega, maxDuration: .seconds(1))
    keyTablePieces()
    exchangePieces()
    windowPieces()
    watermarkPieces()
    formatPieces()
    aggregatePieces()
    hashPieces()
}
