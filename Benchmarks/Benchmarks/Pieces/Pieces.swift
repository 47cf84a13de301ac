import Benchmark

/// The operations in one iteration of every piece: the scaling factor below, so that times are printed
/// per operation.
let operationCount = 1_000_000

let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = .init(
        metrics: [.wallClock, .throughput, .instructions, .peakMemoryResident],
        warmupIterations: 1, scalingFactor: .mega, maxDuration: .seconds(1))
    keyTablePieces()
    exchangePieces()
    processPieces()
    windowPieces()
    watermarkPieces()
    formatPieces()
    aggregatePieces()
    hashPieces()
}
