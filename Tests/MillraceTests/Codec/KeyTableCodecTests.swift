import MillraceTesting
import Testing

@testable import Millrace

/// Tables come back with the same contents: for every kind of key and value, small and split, and as far as
/// the keys are owned.
@Suite struct KeyTableCodecTests {
    struct Place: StreamKey {
        var x: Int16
        var y: UInt8
        var stableHash: UInt64 { x.stableHash.combining(y.stableHash) }
    }

    struct Stats: Sendable, Equatable {
        var count: Int32
        var isOpen: Bool
        var mean: Double?
    }

    /// Inserts, changes and removes as a seed says; checks every ownership range, and that the table goes on
    /// working.
    func check<Key: StreamKey, Value: Sendable & Equatable>(
        seed: UInt64, steps: Int, key: (inout SeededGenerator) -> Key,
        value: (inout SeededGenerator) -> Value
    ) throws {
        var random = SeededGenerator(seed: seed)
        var table = KeyTable<Key, Value>()
        var model: [Key: Value] = [:]
        for _ in 0..<steps {
            let next = key(&random)
            if random.next() % 5 == 0 {
                table.removeValue(for: next, hash: next.stableHash)
                model[next] = nil
            } else {
                let new = value(&random)
                table.update(next, hash: next.stableHash, default: new) { $0 = new }
                model[next] = new
            }
        }
        let stored = try StoredBytes(table.snapshot())
        // A large table takes a while.
        let counts = steps > 5000 ? [512] : [128, 4, 512]
        for groups in counts.map({ KeyGroups(count: $0) }) {
            for parallelism in steps > 5000 ? [1, 3] : [1, 2, 3] {
                var restored: [Key: Value] = [:]
                for partition in 0..<parallelism {
                    let range = groups.range(ofPartition: partition, of: parallelism)
                    let snapshot = try stored.read(
                        as: KeyTableSnapshot<Key, Value>.self, groups: groups, range: range)
                    var part = KeyTable<Key, Value>()
                    part.insert(contentsOf: snapshot, groups: range, of: groups)
                    part.visit { key, value in
                        #expect(restored.updateValue(value, forKey: key) == nil)
                        #expect(range.contains(groups.group(of: key.stableHash)))
                    }
                    goOn(with: &part, like: model, seed: seed)
                }
                #expect(restored == model)
            }
        }
    }

    /// A restored table finds, changes, removes and grows.
    private func goOn<Key: StreamKey, Value: Sendable & Equatable>(
        with table: inout KeyTable<Key, Value>, like model: [Key: Value], seed: UInt64
    ) {
        let before = table.count
        var found = 0
        for (key, value) in model {
            guard let here = table.value(for: key, hash: key.stableHash) else { continue }
            found += 1
            if here != value { Issue.record("another value") }
            if found % 2 == 0 { table.removeValue(for: key, hash: key.stableHash) }
        }
        #expect(found == before)
        for (key, value) in model {
            table.update(key, hash: key.stableHash, default: value) { _ in }
        }
        #expect(table.count == model.count)
    }

    @Test(arguments: [(0, 1), (1, 40), (2, 700), (3, 15_000)])
    func integersToMemory(seed: Int, steps: Int) throws {
        try check(seed: UInt64(seed), steps: steps) {
            Int.random(in: 0...(steps * 100), using: &$0)
        } value: {
            Stats(count: .random(in: 0...9, using: &$0), isOpen: .random(using: &$0), mean: nil)
        }
    }

    @Test(arguments: [(0, 1), (1, 500), (2, 2000)])
    func integersToTexts(seed: Int, steps: Int) throws {
        try check(seed: UInt64(seed), steps: steps) {
            UInt32.random(in: 0...UInt32(steps), using: &$0)
        } value: {
            "value \(Int.random(in: 0...99, using: &$0))"
        }
    }

    @Test(arguments: [(0, 3), (1, 500), (2, 2000)])
    func textsToMemory(seed: Int, steps: Int) throws {
        try check(seed: UInt64(seed), steps: steps) {
            "key \(Int.random(in: 0...steps, using: &$0))"
        } value: {
            Double.random(in: 0...1, using: &$0)
        }
    }

    @Test(arguments: [(0, 3), (1, 500), (2, 2000)])
    func structsToMemory(seed: Int, steps: Int) throws {
        try check(seed: UInt64(seed), steps: steps) {
            Place(x: .random(in: .min ... .max, using: &$0), y: .random(in: 0...9, using: &$0))
        } value: {
            [Int32.random(in: 0...9, using: &$0)].first
        }
    }

    @Test(arguments: [(0, 3), (1, 500), (2, 2000)])
    func structsToCollections(seed: Int, steps: Int) throws {
        try check(seed: UInt64(seed), steps: steps) {
            Place(x: .random(in: 0...99, using: &$0), y: .random(in: 0...9, using: &$0))
        } value: {
            ["a": [Int.random(in: 0...9, using: &$0)]]
        }
    }

    /// Tables that are filled to be split, whose segments are images.
    @Test func splitTables() throws {
        var table = KeyTable<Int, Int>()
        for key in 0..<40_000 {
            table.update(key, hash: key.stableHash, default: key) { _ in }
        }
        let snapshot = table.snapshot()
        #expect(snapshot.segmentCount == 128)
        let stored = try StoredBytes(snapshot)
        #expect(stored.blocks.count == 128)
        let half = try stored.read(as: KeyTableSnapshot<Int, Int>.self, range: 0..<64)
        #expect(half.count == (0..<40_000).count { KeyGroups().group(of: $0.stableHash) < 64 })
        #expect(half.value(for: 0, hash: 0.stableHash) == 0)
    }

    /// Reads a number less than it has written, or one more.
    struct Uneven: StateCodable, Equatable {
        var reads: UInt8
        var rest: [UInt16] = [1, 2]

        func encode(to writer: inout StateWriter) {
            writer.write(reads)
            for number in rest { writer.write(number) }
        }

        init(reads: UInt8) { self.reads = reads }

        init(from reader: inout StateReader) throws {
            reads = try reader.read(UInt8.self)
            rest = try (0..<reads).map { _ in try reader.read(UInt16.self) }
        }
    }

    /// What follows would be read from the wrong place, and keys be made up of it.
    @Test(arguments: [1, 2, 3] as [UInt8], [1, 20])
    func aCodecThatDoesNotReadWhatItWritesIsRefused(reads: UInt8, count: Int) throws {
        var table = KeyTable<Int, Uneven>()
        for key in 0..<count {
            table.update(key, hash: key.stableHash, default: Uneven(reads: reads)) { _ in }
        }
        let stored = try StoredBytes(table.snapshot())
        if reads == 2 {
            let back = try stored.read(as: KeyTableSnapshot<Int, Uneven>.self)
            #expect(back.count == count)
            return
        }
        let error = #expect(throws: StreamError.self) {
            try stored.read(as: KeyTableSnapshot<Int, Uneven>.self)
        }
        #expect(error?.code == .incompatibleState)
        if reads == 1 { #expect(error?.description.contains("Uneven") == true) }
    }

    /// What was stored before slots were packed: the same, with all bytes of the slots.
    @Test func slotsThatAreNotPackedAreRead() throws {
        var table = KeyTable<Int, Int>()
        for key in 0..<1000 {
            table.update(key * 3, hash: (key * 3).stableHash, default: -key) { _ in }
        }
        let snapshot = table.snapshot()
        var stored = try StoredBytes(snapshot)
        let slots = snapshot.slots[0]
        // The form, the placement and seven numbers begin both forms.
        var block = Array(stored.blocks[0].prefix(2 + 7 * 8))
        #expect(block[0] == KeySegmentForm.columns)
        block[0] = KeySegmentForm.image
        var bitmap = [UInt8](repeating: 0, count: slots.capacity / 8)
        var content: [UInt8] = []
        for slot in 0..<slots.capacity where slots.word(at: slot) != 0 {
            bitmap[slot / 8] |= 1 << UInt8(slot % 8)
            content += UnsafeRawBufferPointer(start: slots.address(slot), count: 16)
        }
        stored.blocks[0] = block + bitmap + content
        let back = try stored.read(as: KeyTableSnapshot<Int, Int>.self)
        var contents: [Int: Int] = [:]
        back.forEach { contents[$0] = $1 }
        #expect(contents == Dictionary(uniqueKeysWithValues: (0..<1000).map { ($0 * 3, -$0) }))
    }

    /// The one integer whose slot would look empty.
    @Test func theKeyThatIsTheSalt() throws {
        var table = KeyTable<UInt64, Int>()
        let salt: UInt64 = 0x5851_F42D_4C95_7F2D
        for key in [1, salt, 2] { table.update(key, hash: key.stableHash, default: 5) { _ in } }
        let back = try StoredBytes(table.snapshot()).read(as: KeyTableSnapshot<UInt64, Int>.self)
        #expect(back.count == 3 && back.value(for: salt, hash: salt.stableHash) == 5)
    }
}
