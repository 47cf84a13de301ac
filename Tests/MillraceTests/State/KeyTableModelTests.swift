import MillraceTesting
import Testing

@testable import Millrace

/// Random histories of every operation, against `Dictionary`.
@Suite struct KeyTableModelTests {
    @Test(arguments: 0..<4 as Range<UInt64>)
    func integers(seed: UInt64) {
        Self.run(seed: seed, keys: seed % 2 == 0 ? 60 : 15_000, steps: 800, { $0 }, { $0 })
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func strings(seed: UInt64) {
        Self.run(
            seed: seed, keys: seed % 2 == 0 ? 60 : 14_000, steps: 400,
            { "a key long enough for the heap \($0)" }, { Array(repeating: $0, count: $0 % 4) })
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func collisions(seed: UInt64) {
        Self.run(seed: seed, keys: 200, steps: 2000, { CollidingKey(id: $0) }, { "\($0)" })
        Self.run(seed: seed, keys: 200, steps: 1000, { LowBitsKey(id: $0) }, { $0 })
    }

    /// Performs `steps` random operations and compares contents, counts and snapshots on the way.
    static func run<Key: StreamKey, Value: Sendable & Equatable>(
        seed: UInt64, keys: Int, steps: Int, _ makeKey: (Int) -> Key, _ makeValue: (Int) -> Value
    ) {
        var random = SeededGenerator(seed: seed)
        var subject = ModelledKeyTable<Key, Value>()
        var snapshots: [ModelledKeyTable<Key, Value>.Snapshot] = []
        if keys > 1000 {
            let first = makeValue(0)
            subject.table.updateAll(in: 0..<keys, key: makeKey, initial: { first }) { _, _ in }
            for index in 0..<keys { subject.model[makeKey(index)] = first }
        }
        for _ in 0..<steps {
            let key = makeKey(Int.random(in: 0..<keys, using: &random))
            let value = makeValue(Int.random(in: 0..<1000, using: &random))
            switch Int.random(in: 0..<200, using: &random) {
            case 0..<60: subject.set(key, value)
            case 60..<120: subject.remove(key)
            case 120..<140:
                let changed: Void? = subject.table.updateExisting(key, hash: key.stableHash) {
                    $0 = value
                }
                #expect((changed != nil) == (subject.model[key] != nil))
                if changed != nil { subject.model[key] = value }
            case 140..<180:
                let run = (0..<Int.random(in: 0...300, using: &random)).map { _ in
                    makeKey(Int.random(in: 0..<keys, using: &random))
                }
                if Bool.random(using: &random) {
                    subject.table.updateAll(in: 0..<run.count, key: { run[$0] }, initial: { value })
                    {
                        $1 = makeValue($0)
                    }
                } else {
                    let hashes = ContiguousArray(run.map(\.stableHash))
                    subject.table.updateAll(
                        in: 0..<run.count, keys: ContiguousArray(run), hashes: hashes,
                        initial: { value }, body: { $1 = makeValue($0) })
                }
                for (index, key) in run.enumerated() { subject.model[key] = makeValue(index) }
            case 180..<184:
                let odd = Int.random(in: 2...9, using: &random)
                subject.removeAll { $0.stableHash >> 20 % UInt64(odd) != 0 }
            case 184..<188:
                subject.changeAll { $0 == value ? makeValue(1) : $0 }
            case 188..<192:
                snapshots.append(subject.snapshot())
                if snapshots.count > 3 {
                    let (snapshot, contents) = snapshots.removeFirst()
                    check(snapshot, contents)
                }
            case 192..<194:
                subject.removeAll(keepingCapacity: Bool.random(using: &random))
            case 194..<197:
                guard let (snapshot, contents) = snapshots.last else { continue }
                let groups = KeyGroups(count: [1, 64, 512].randomElement(using: &random) ?? 1)
                let half = 0..<(groups.count + 1) / 2
                subject.table.insert(contentsOf: snapshot, groups: half, of: groups)
                for (key, value) in contents where half.contains(groups.group(of: key.stableHash)) {
                    subject.model[key] = value
                }
            default: subject.check()
            }
            #expect(subject.table.count == subject.model.count)
            let stored = subject.table.value(for: key, hash: key.stableHash)
            #expect(stored == subject.model[key])
        }
        subject.check()
        for (snapshot, contents) in snapshots { check(snapshot, contents) }
    }

    static func contents<Key, Value>(of table: borrowing KeyTable<Key, Value>) -> [Key: Value] {
        var contents: [Key: Value] = [:]
        table.visit { key, value in
            #expect(contents.updateValue(value, forKey: key) == nil)
        }
        return contents
    }

    static func check<Key, Value: Equatable>(
        _ snapshot: KeyTableSnapshot<Key, Value>, _ expected: [Key: Value]
    ) {
        var contents: [Key: Value] = [:]
        snapshot.forEach { contents[$0] = $1 }
        let isSame = contents == expected
        #expect(isSame)
        #expect(snapshot.count == expected.count)
        for (key, value) in expected {
            #expect(snapshot.value(for: key, hash: key.stableHash) == value)
        }
    }
}
