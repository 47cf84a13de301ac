import Benchmark
import Millrace

/// A table over columns of keys and hashes, updated in batches as operators do.
private final class TableRun {
    static let batchSize = 512
    var table = KeyTable<UInt64, Int64>()
    let keys: ContiguousArray<UInt64>
    let hashes: ContiguousArray<UInt64>

    init(_ keys: ContiguousArray<UInt64>, full: Bool) {
        self.keys = keys
        hashes = ContiguousArray(keys.map(\.stableHash))
        guard full else { return }
        for key in 0..<Inputs.keyCount {
            table.update(key, hash: key.stableHash, default: 0) { $0 += 1 }
        }
    }

    func update(_ range: Range<Int>) {
        for start in stride(from: range.lowerBound, to: range.upperBound, by: Self.batchSize) {
            let end = min(start + Self.batchSize, range.upperBound)
            table.updateAll(in: start..<end, keys: keys, hashes: hashes, initial: { 0 }) {
                $1 &+= 1
            }
        }
    }

    func clear() { table = KeyTable() }

    /// How many of the keys the table has.
    func lookUp() -> Int {
        var found = 0
        for index in keys.indices
        where table.value(for: keys[index], hash: hashes[index]) != nil {
            found += 1
        }
        return found
    }
}

func keyTablePieces() {
    Benchmark("key table: update, uniform") { _, run in
        run.update(0..<operationCount)
        blackHole(run.table.count)
    } setup: {
        TableRun(Inputs.uniformKeys(), full: true)
    }

    Benchmark("key table: update, Zipf") { _, run in
        run.update(0..<operationCount)
        blackHole(run.table.count)
    } setup: {
        TableRun(Inputs.zipfKeys(), full: true)
    }

    Benchmark("key table: insert, growing") { benchmark, run in
        run.clear()
        benchmark.startMeasurement()
        run.update(0..<operationCount)
        benchmark.stopMeasurement()
        blackHole(run.table.count)
    } setup: {
        TableRun(Inputs.shuffledKeys(), full: false)
    }

    Benchmark("key table: lookup, miss") { _, run in
        blackHole(run.lookUp())
    } setup: {
        TableRun(
            ContiguousArray(Inputs.uniformKeys().map { $0 + Inputs.keyCount }), full: true)
    }

    // A snapshot every 100,000 updates, held until the next: what checkpoints and queries cost.
    Benchmark("key table: update, snapshots") { _, run in
        var last: KeyTableSnapshot<UInt64, Int64>?
        for start in stride(from: 0, to: operationCount, by: 100_000) {
            last = run.table.snapshot()
            run.update(start..<start + 100_000)
        }
        blackHole(last?.count)
    } setup: {
        TableRun(Inputs.uniformKeys(), full: true)
    }
}
