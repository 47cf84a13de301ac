import Foundation
import MillraceTesting
import Testing

@testable import Millrace

@Suite struct KeyPairTests {
    @Test func equalPairsAreOneKeyAndTheOrderMatters() {
        let pair = KeyPair("user", 7)
        #expect(pair == KeyPair("user", 7) && pair.hashValue == KeyPair("user", 7).hashValue)
        #expect(pair.stableHash == KeyPair("user", 7).stableHash)
        #expect(pair != KeyPair("user", 8) && pair != KeyPair("users", 7))
        #expect(KeyPair(1, 2) != KeyPair(2, 1))
        #expect(KeyPair(1, 2).stableHash != KeyPair(2, 1).stableHash)
        #expect(KeyPair("a", "bc").stableHash != KeyPair("ab", "c").stableHash)
        #expect(KeyPair("a", Int?.none).stableHash != KeyPair("a", Int?.some(0)).stableHash)
        let hash = "user".stableHash.combining(7.stableHash)
        #expect(pair.stableHash == hash)
    }

    /// Key groups are the top bits: pairs of small numbers must not fall into few of them.
    @Test func pairsOfSmallNumbersSpread() {
        var hashes: Set<UInt64> = []
        var counts = Array(repeating: 0, count: 64)
        for first in 0..<200 {
            for second in 0..<200 {
                let hash = KeyPair(first, second).stableHash
                hashes.insert(hash)
                counts[Int(hash >> 58)] += 1
            }
        }
        #expect(hashes.count == 40_000)
        #expect(counts.allSatisfy { (400...900).contains($0) }, "\(counts)")
    }

    @Test func pairsAreOrderedByTheFirstPart() {
        let pairs = [KeyPair("b", 1), KeyPair("a", 2), KeyPair("a", 1)]
        #expect(pairs.sorted() == [KeyPair("a", 1), KeyPair("a", 2), KeyPair("b", 1)])
    }

    @Test func pairsAreCodable() throws {
        let pairs = [KeyPair("a", Int?.none), KeyPair("", 3)]
        let json = try JSONEncoder().encode(pairs)
        #expect(try JSONDecoder().decode([KeyPair<String, Int?>].self, from: json) == pairs)
    }

    @Test func pairsAreStoredByTheirParts() throws {
        for text in ["", "ä𝄞", String(repeating: "long ", count: 50)] {
            for number in [Int?.none, 0, .min] {
                let pair = KeyPair(text, number)
                #expect(try roundTrip(pair) == pair)
                #expect(try roundTrip(KeyPair(number, pair)) == KeyPair(number, pair))
            }
            #expect(try roundTrip(KeyPair(String?.none, text)) == KeyPair(nil, text))
        }
        #expect(try roundTrip(KeyPair(Int64.min, UInt8.max)) == KeyPair(.min, .max))
        #expect(try roundTrip(KeyPair(Part(name: "x"), 1)) == KeyPair(Part(name: "x"), 1))
        let table = [KeyPair("a", 1): [1, 2], KeyPair("b", 2): []]
        #expect(try roundTrip(table) == table)
        try expectRefusal(of: KeyPair("a", 1), by: KeyPair<Int, String>.self)
    }

    /// A part with a codec of its own.
    struct Part: StreamKey, StateCodable {
        var name: String
        var stableHash: UInt64 { name.stableHash }

        init(name: String) { self.name = name }
        func encode(to writer: inout StateWriter) { writer.write("part " + name) }
        init(from reader: inout StateReader) throws {
            name = String(try reader.read(String.self).dropFirst(5))
        }
    }

    @Test func aRunGoesOnWithThePairsOfItsCheckpoint() async throws {
        let undisturbed = CheckpointWorld()
        try await Self.topology(.max).run(undisturbed.options(parallelism: 1))
        let world = CheckpointWorld()
        try await Self.topology(80).run(world.options(parallelism: 2)) { running in
            try await running.waitUntil("visits", hasReceived: 160)
            try await running.stop()
        }
        let before = world.output
        try await Self.topology(.max).run(world.options(parallelism: 3))
        #expect(world.restored == [1])
        #expect(!before.isEmpty && before.count < undisturbed.output.count)
        #expect(world.output == undisturbed.output)
    }

    /// Counts the elements of each pair, in windows and until a timer.
    static func topology(_ allowed: Int) throws -> Topology {
        try Topology("pairs") { flow in
            let pairs = flow.source(
                GatedSource(splits: GatedTopology.events, gate: GatedSource.Gate(allowed)),
                name: "in", watermarks: .monotonic
            )
            .keyed(by: { (event: Event) in
                KeyPair("key \(event.key)", event.value % 2 == 0 ? nil : event.value % 3)
            })
            let windows = pairs.window(.tumbling(.seconds(60))).aggregate(.count(), name: "counts")
                .map(name: "rows") { "\($0.key) \($0.window) \($0.value)" }
            pairs.process(
                "visits", state: Int.self, output: String.self,
                onElement: { _, count, context in
                    count = (count ?? 0) + 1
                    context.setTimer(at: .max - .seconds(1))
                },
                onTimer: { timer, count, context in
                    context.emit("\(timer.key.first), \(timer.key.second ?? -1): \(count ?? 0)")
                }
            )
            .union(windows).map(name: "lines") { TextRow(text: $0) }
            .sink(.jsonLines("out.jsonl"), name: "out")
        }
    }
}
