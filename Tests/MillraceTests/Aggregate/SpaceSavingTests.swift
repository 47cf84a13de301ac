import MillraceTesting
import Testing

@testable import Millrace

@Suite struct SpaceSavingTests {
    /// The algorithm of the paper as it is written, which looks at every counter.
    struct Model {
        var capacity: Int
        var counters: [String: (count: Int, error: Int)] = [:]

        mutating func insert(_ value: String) {
            if let counter = counters[value] {
                counters[value] = (counter.count + 1, counter.error)
            } else if counters.count < capacity {
                counters[value] = (1, 0)
            } else {
                let least = counters.min {
                    $0.value.count != $1.value.count
                        ? $0.value.count < $1.value.count : $0.key > $1.key
                }
                guard let least else { return }
                counters[least.key] = nil
                counters[value] = (least.value.count + 1, least.value.count)
            }
        }

        var values: [FrequentValue<String>] {
            counters.map { FrequentValue(value: $0, count: $1.count, error: $1.error) }
                .sorted { $0.count != $1.count ? $0.count > $1.count : $0.value < $1.value }
        }
    }

    @Test(arguments: [1, 2, 7, 8, 33], [1, 2] as [UInt64])
    func agreesWithTheModel(capacity: Int, seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var summary = SpaceSaving<String>(capacity: capacity)
        var model = Model(capacity: capacity)
        for step in 0..<2000 {
            let value = "v\(Int(1 / Double.random(in: 0.005...1, using: &random)))"
            let before = summary
            let old = step % 100 == 0 ? before.values : []
            summary.insert(value)
            model.insert(value)
            if step % 100 == 0 {
                #expect(summary.values == model.values)
                #expect(before.values == old, "a copy does not change")
            }
        }
        #expect(summary.values == model.values)
    }

    /// What is stored does not say how the counters were arranged, so that must not matter.
    @Test func goesOnFromStoredState() throws {
        var random = SeededGenerator(seed: 3)
        var summary = SpaceSaving<Int>(capacity: 16)
        for _ in 0..<500 { summary.insert(Int.random(in: 0..<64, using: &random)) }
        var writer = StateWriter(blocks: BlockList())
        try writer.write(value: summary)
        var reader = StateReader(writer.bytes, schemas: writer.schemas)
        var restored = try reader.read(value: SpaceSaving<Int>.self)
        for _ in 0..<500 {
            let value = Int.random(in: 0..<64, using: &random)
            summary.insert(value)
            restored.insert(value)
        }
        #expect(restored.values == summary.values)
    }

    @Test func mergesWithWhatItDoesNotCount() {
        var a = SpaceSaving<Int>(capacity: 2)
        var b = SpaceSaving<Int>(capacity: 2)
        for value in [1, 1, 1, 2, 2] { a.insert(value) }
        for value in [1, 3, 3] { b.insert(value) }
        a.merge(b)
        // 3 may have occurred twice in the first part, and 2 once in the second.
        #expect(
            a.values == [
                FrequentValue(value: 1, count: 4, error: 0),
                FrequentValue(value: 3, count: 4, error: 2),
            ])
    }
}
