import Testing

@testable import Millrace

/// A key whose hash has only a few values, all in one place.
struct CollidingKey: StreamKey {
    var id: Int
    var stableHash: UInt64 { UInt64(id % 3) &* 0x0123_4567_89AB_CDEF }
}

/// A key whose hashes differ in their low bits alone.
struct LowBitsKey: StreamKey {
    var id: Int
    var stableHash: UInt64 { UInt64(id) }
}

@Suite struct KeyTableTests {
    @Test func updateInsertsThenChangesInPlace() {
        var table = KeyTable<String, [Int]>()
        let key = "a"
        for value in 1...3 {
            table.update(key, hash: key.stableHash, default: []) { $0.append(value) }
        }
        #expect(table.value(for: key, hash: key.stableHash) == [1, 2, 3])
        #expect(table.count == 1)
        #expect(table.value(for: "b", hash: "b".stableHash) == nil)
    }

    @Test func updateExistingDoesNotInsert() {
        var table = KeyTable<Int, Int>()
        #expect(table.updateExisting(1, hash: 1.stableHash) { $0 += 1 } == nil)
        table.update(1, hash: 1.stableHash, default: 10) { _ in }
        let result = table.updateExisting(1, hash: 1.stableHash) { value in
            value += 1
            return value
        }
        #expect(result == 11)
        #expect(table.count == 1)
    }

    /// The order of a table's slots is that of the homes in any other, so the first slots fill up first.
    @Test(arguments: [10_000, 60_000])
    func keysInTheOrderOfAnotherTableDoNotHeapUp(count: Int) {
        var other = KeyTable<Int, Int>()
        for key in 0..<count { other.update(key, hash: key.stableHash, default: key) { _ in } }
        var table = KeyTable<Int, Int>()
        var distance = 0
        other.visit { key, value in
            table.update(key, hash: key.stableHash, default: value) { _ in }
            let segment = table.slots[table.segmentIndex(of: key.stableHash)]
            let slot = segment.find(key, hash: key.stableHash)
            distance += (slot - segment.home(of: key.stableHash)) & segment.mask
        }
        // A table that only grew when it was full would put a key hundreds of slots from its home.
        #expect(distance < 32 * count)
        #expect(table.count == count)
        other.visit { #expect(table.value(for: $0, hash: $0.stableHash) == $1) }
        let capacity = (0..<table.segmentCount).reduce(0) { $0 + table.slots[$1].capacity }
        #expect(capacity <= 4 * count)
    }

    /// Room does not help where hashes are equal.
    @Test func equalHashesDoNotGrowATableWithoutEnd() {
        var table = KeyTable<CollidingKey, Int>()
        for id in 0..<1000 {
            let key = CollidingKey(id: id)
            table.update(key, hash: key.stableHash, default: id) { _ in }
        }
        #expect(table.count == 1000)
        #expect(table.slots[0].capacity <= 16 * 1000)
        for id in 0..<1000 {
            let key = CollidingKey(id: id)
            #expect(table.value(for: key, hash: key.stableHash) == id)
        }
    }

    struct Refused: Error {}

    @Test func throwingBodiesLeaveTheTableValid() {
        var table = KeyTable<String, Int>()
        let key = "a"
        #expect(throws: Refused.self) {
            try table.update(key, hash: key.stableHash, default: try { throw Refused() }()) { _ in }
        }
        #expect(table.count == 0)
        #expect(throws: Refused.self) {
            try table.update(key, hash: key.stableHash, default: 1) { value in
                value = 7
                throw Refused()
            }
        }
        #expect(table.value(for: key, hash: key.stableHash) == 7)
        let keys = (0..<100).map { "k\($0)" }
        #expect(throws: Refused.self) {
            try table.updateAll(in: 0..<100, key: { keys[$0] }, initial: { 0 }) { index, value in
                if index == 50 { throw Refused() }
                value += 1
            }
        }
        #expect(table.count == 52)
        #expect(table.value(for: "k49", hash: "k49".stableHash) == 1)
        #expect(table.value(for: "k51", hash: "k51".stableHash) == nil)
    }

    /// An integer key is stored exclusive-or a salt; the key that equals the salt must work as well.
    @Test func everyIntegerIsAKey() {
        let salts: [UInt64] = [
            0x5851_F42D_4C95_7F2D,
            0x5851_F42D_4C95_7F2D &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407,
        ]
        var table = KeyTable<UInt64, Int>()
        let keys = [0, .max, 1, 1 << 63] + salts
        for (index, key) in keys.enumerated() {
            #expect(table.value(for: key, hash: key.stableHash) == nil)
            #expect(table.removeValue(for: key, hash: key.stableHash) == nil)
            table.update(key, hash: key.stableHash, default: 0) { $0 = index }
        }
        #expect(table.count == keys.count)
        for (index, key) in keys.enumerated() {
            #expect(table.value(for: key, hash: key.stableHash) == index)
        }
        var seen: Set<UInt64> = []
        table.visit { key, _ in seen.insert(key) }
        #expect(seen == Set(keys))
    }

    @Test func theKeyThatEqualsTheSaltMayArriveInTheMiddleOfARun() {
        let special = 0x5851_F42D_4C95_7F2D as UInt64
        var table = KeyTable<UInt64, Int>()
        table.updateAll(in: 0..<15_000, key: { UInt64($0) }, initial: { 0 }) { _, _ in }
        let snapshot = table.snapshot()
        table.updateAll(
            in: 0..<200, key: { $0 == 100 ? special : UInt64($0) }, initial: { 0 }
        ) { index, value in value += index }
        #expect(table.count == 15_001)
        #expect(table.value(for: special, hash: special.stableHash) == 100)
        for key in 0..<200 as Range<UInt64> where key != 100 {
            #expect(table.value(for: key, hash: key.stableHash) == Int(key))
            #expect(snapshot.value(for: key, hash: key.stableHash) == 0)
        }
        #expect(snapshot.value(for: special, hash: special.stableHash) == nil)
    }

    @Test func narrowIntegersKeepTheirSign() {
        var table = KeyTable<Int8, Int>()
        for key in Int8.min...Int8.max {
            table.update(key, hash: key.stableHash, default: Int(key)) { _ in }
        }
        #expect(table.count == 256)
        table.visit { key, value in #expect(Int(key) == value) }
        for key in Int8.min...Int8.max {
            #expect(table.value(for: key, hash: key.stableHash) == Int(key))
        }
    }

    @Test func removalClosesGapsAndKeepsEveryOtherKey() {
        var table = KeyTable<CollidingKey, Int>()
        for id in 0..<300 {
            let key = CollidingKey(id: id)
            table.update(key, hash: key.stableHash, default: id) { _ in }
        }
        for id in stride(from: 0, to: 300, by: 2) {
            let key = CollidingKey(id: id)
            #expect(table.removeValue(for: key, hash: key.stableHash) == id)
            #expect(table.removeValue(for: key, hash: key.stableHash) == nil)
        }
        #expect(table.count == 150)
        for id in 0..<300 {
            let key = CollidingKey(id: id)
            #expect(table.value(for: key, hash: key.stableHash) == (id % 2 == 0 ? nil : id))
        }
    }

    @Test func unmixedHashesOnlyCostTime() {
        var table = KeyTable<LowBitsKey, Int>()
        for id in 0..<6000 {
            let key = LowBitsKey(id: id)
            table.update(key, hash: key.stableHash, default: 0) { $0 = id }
        }
        #expect(table.count == 6000)
        #expect(table.snapshot().byteCount < 1_000_000)
        let key = LowBitsKey(id: 4321)
        #expect(table.value(for: key, hash: key.stableHash) == 4321)
    }

    @Test func largeValuesKeepTheirAlignment() {
        var table = KeyTable<Int32, SIMD8<Double>>(minimumCapacity: 20_000)
        let keys: [Int32] = (0..<5000).map { $0 * 7 }
        table.updateAll(in: 0..<5000, key: { keys[$0] }, initial: { .zero }) { index, value in
            value += SIMD8(repeating: Double(index))
        }
        #expect(table.value(for: 70, hash: Int32(70).stableHash) == SIMD8(repeating: 10))
        #expect(table.count == 5000)
    }

    @Test func removeAllKeepsCapacityOnRequest() {
        var table = KeyTable<Int, String>()
        for round in 0..<3 {
            for key in 0..<14_000 {
                table.update(key, hash: key.stableHash, default: "") { $0 += "\(round)" }
            }
            let bytes = table.snapshot().byteCount
            #expect(table.value(for: 8999, hash: 8999.stableHash) == "\(round)")
            table.removeAll(keepingCapacity: true)
            #expect(table.count == 0)
            #expect(table.snapshot().byteCount == bytes)
            #expect(table.value(for: 8999, hash: 8999.stableHash) == nil)
        }
        table.removeAll(keepingCapacity: false)
        #expect(table.snapshot().byteCount < 1000)
    }

    @Test func aCursorPassesEveryKeyOnceInTheOrderOfForEach() {
        for count in [0, 1, 10, 14_000] {
            var table = KeyTable<Int, Int>()
            for key in 0..<count {
                table.update(key, hash: key.stableHash, default: key) { _ in }
            }
            var expected: [Int] = []
            table.forEach { key, value in
                expected.append(key)
                value += 1
            }
            var cursor = KeyTable<Int, Int>.Cursor()
            var seen: [Int] = []
            var isMore = true
            while isMore {
                var passed = 0
                isMore = table.next(&cursor, limit: 7) { key, value in
                    passed += 1
                    seen.append(key)
                    #expect(value == key + 1)
                }
                #expect(passed == 7 || !isMore)
            }
            #expect(seen == expected)
            #expect(Set(seen).count == count)
        }
    }

    /// Of a partition's keys, which share their highest bits, only some segments get any.
    @Test(arguments: [1, 2, 8, 32])
    func aTableIsSparseOnceItHoldsAFractionOfItsSlots(partitions: Int) {
        let groups = KeyGroups()
        for partition in [0, partitions - 1] {
            let range = groups.range(ofPartition: partition, of: partitions)
            var table = KeyTable<Int, Int>()
            var key = 0
            while table.count < 20_000 {
                if range.contains(groups.group(of: key.stableHash)) {
                    table.update(key, hash: key.stableHash, default: 0) { _ in }
                }
                key += 1
            }
            let isSparse = table.isSparse
            #expect(!isSparse)
            table.removeAll(keepingCapacity: true)
            table.update(1, hash: 1.stableHash, default: 0) { _ in }
            let isSparseNow = table.isSparse
            #expect(isSparseNow)
        }
    }
}
