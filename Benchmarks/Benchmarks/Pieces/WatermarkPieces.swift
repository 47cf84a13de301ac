import Benchmark
import Millrace

/// A watermark of one of the merged inputs.
private struct Step {
    var input: Int
    var time: Timestamp
}

/// Inputs that advance side by side, each at times of its own.
private func steps(inputs: Int) -> [Step] {
    (0..<operationCount).map { index in
        let number = Inputs.random(index)
        let millis = Int64(index / inputs * 100) + Int64(number >> 57)
        return Step(input: Int(number % UInt64(inputs)), time: Timestamp(millis: millis))
    }
}

/// How often the merged watermark advances.
private func merge(_ steps: [Step], inputs: Int) -> Int {
    var merger = WatermarkMerger(inputs: inputs)
    var advances = 0
    for step in steps where merger.watermark(step.time, from: step.input).watermark != nil {
        advances += 1
    }
    return advances
}

func watermarkPieces() {
    Benchmark("watermarks: merge 8 inputs") { _, input in
        blackHole(merge(input, inputs: 8))
    } setup: {
        steps(inputs: 8)
    }

    Benchmark("watermarks: merge 256 inputs") { _, input in
        blackHole(merge(input, inputs: 256))
    } setup: {
        steps(inputs: 256)
    }
}
