import Metrics
import Synchronization

/// A counter, from 0 up.
final class CounterCell: CounterHandler, FloatingPointCounterHandler {
    private let count = Mutex(0.0)

    var value: Double { count.withLock { $0 } }

    func increment(by amount: Int64) { count.withLock { $0 += Double(max(0, amount)) } }
    func increment(by amount: Double) {
        if amount.isFinite { count.withLock { $0 += max(0, amount) } }
    }
    func reset() { count.withLock { $0 = 0 } }
}

/// A value that goes up and down.
final class GaugeCell: MeterHandler, RecorderHandler {
    private let current = Mutex(0.0)

    var value: Double { current.withLock { $0 } }

    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { current.withLock { $0 = value } }
    func increment(by amount: Double) { current.withLock { $0 += amount } }
    func decrement(by amount: Double) { current.withLock { $0 -= amount } }
    func record(_ value: Int64) { set(value) }
    func record(_ value: Double) { set(value) }
}

/// A distribution: how many values were at most as large as each of its bounds, and their sum.
final class HistogramCell: RecorderHandler, TimerHandler {
    /// What has been recorded.
    struct Values: Sendable, Equatable {
        /// How many values fell between the bound before and each bound; behind the last bound at last.
        var counts: [Int]
        var sum = 0.0
    }

    /// Bounds for durations in seconds.
    static let seconds = [
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ]
    /// Bounds for any other quantity.
    static let quantities = [1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000, 100_000, 1_000_000.0]

    /// The largest value that each bucket takes, rising.
    let bounds: [Double]
    private let recorded: Mutex<Values>

    init(bounds: [Double]) {
        self.bounds = bounds
        recorded = Mutex(Values(counts: [Int](repeating: 0, count: bounds.count + 1)))
    }

    var values: Values { recorded.withLock { $0 } }

    func record(_ value: Double) {
        if value.isNaN { return }
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        recorded.withLock { values in
            values.counts[bucket] += 1
            values.sum += value
        }
    }

    func record(_ value: Int64) { record(Double(value)) }
    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
}
