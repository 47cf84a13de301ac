import Benchmark
import Millrace

@inline(__always)
private func combined(_ texts: [String]) -> UInt64 {
    var all: UInt64 = 0
    for text in texts { all ^= text.stableHash }
    return all
}

func hashPieces() {
    Benchmark("stable hash: names of 11 bytes") { _, names in
        blackHole(combined(names))
    } setup: {
        Inputs.uniformKeys().map { "user-\(100_000 + $0 % 900_000)" }
    }

    Benchmark("stable hash: paths of 40 bytes") { _, paths in
        blackHole(combined(paths))
    } setup: {
        Inputs.uniformKeys().map { "/shop/electronics/products/\(100_000 + $0 % 900_000)?ref=1" }
    }
}
