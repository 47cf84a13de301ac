import MillraceTesting
import Testing

@testable import Millrace

@Suite struct ExpiryWheelTests {
    /// Against a sorted list, over many blocks, with times that come early and drains that cut buckets.
    @Test(arguments: [1, 1000, 5_000_000] as [Int64], [1, 2, 3] as [UInt64])
    func drainsWhatIsDue(span: Int64, seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var wheel = ExpiryWheel<Int>(spanMillis: span)
        var model: [(time: Int64, entry: Int)] = []
        var due = ContiguousArray<ExpiryWheel<Int>.Timed>()
        var now: Int64 = 0
        var number = 0
        for _ in 0..<300 {
            for _ in 0..<Int.random(in: 0..<20, using: &random) {
                let time = now + 1 + Int64.random(in: 0..<(4 * span), using: &random)
                wheel.schedule(number, at: time)
                model.append((time, number))
                number += 1
            }
            now += Int64.random(in: 0...(span / 2), using: &random)
            var got: [Int] = []
            while wheel.drainNext(upTo: now, into: &due) {
                #expect(!due.isEmpty)
                got += due.map(\.entry)
            }
            #expect(got.sorted() == model.filter { $0.time <= now }.map(\.entry).sorted())
            model.removeAll { $0.time <= now }
            #expect(wheel.count == model.count)
            #expect(wheel.earliest == model.map(\.time).min())
        }
    }
}
