import MillraceTesting
import Synchronization
import Testing

@testable import Millrace

/// What a checkpoint writes is what the table was at the barrier, whatever has happened to it since.
@Suite struct KeyTableCaptureTests {
    typealias Place = KeyTableCodecTests.Place
    typealias Stats = KeyTableCodecTests.Stats

    /// A number with a codec of its own, so that slots are packed but not stored as they are.
    struct Marked: Sendable, Equatable, StateCodable {
        var number: Int

        init(_ number: Int) { self.number = number }
        func encode(to writer: inout StateWriter) throws { writer.write(Int64(number)) }
        init(from reader: inout StateReader) throws { number = Int(try reader.read(Int64.self)) }
    }

    /// Written as a checkpoint does, once: a second time would fail.
    static func written<Key, Value>(_ capture: KeyTableSnapshot<Key, Value>) throws -> [Key: Value]
    {
        let blocks = BlockList()
        var writer = StateWriter(blocks: blocks, releasesState: true)
        try writer.write(value: capture)
        let stored = blocks.blocks
        var reader = StateReader(
            writer.bytes, schemas: writer.schemas,
            ownership: GroupOwnership(groups: KeyGroups(), range: 0..<128)
        ) { stored[$0] }
        let back = try reader.read(value: KeyTableSnapshot<Key, Value>.self)
        var contents: [Key: Value] = [:]
        back.forEach { contents[$0] = $1 }
        #expect(back.count == contents.count && capture.count == contents.count)
        return contents
    }

    /// Random writes, captures, queries and checkpoints, written in the order of their barriers or given up.
    func check<Key: StreamKey, Value: Sendable & Equatable>(
        seed: UInt64, keys: Int, steps: Int, _ makeKey: (Int) -> Key, _ makeValue: (Int) -> Value
    ) throws {
        var random = SeededGenerator(seed: seed)
        var subject = ModelledKeyTable<Key, Value>()
        var captures: [ModelledKeyTable<Key, Value>.Snapshot] = []
        var readers: [ModelledKeyTable<Key, Value>.Snapshot] = []
        for index in 0..<keys { subject.set(makeKey(index), makeValue(index)) }
        for _ in 0..<steps {
            let key = makeKey(Int.random(in: 0..<keys + keys / 4 + 1, using: &random))
            let value = makeValue(Int.random(in: 0..<1_000_000, using: &random))
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<60: subject.set(key, value)
            case 60..<80: subject.remove(key)
            case 80..<83: subject.changeAll { _ in value }
            case 83..<84: subject.removeAll(keepingCapacity: true)
            case 84..<86: subject.removeAll { $0.stableHash % 3 == 0 }
            case 86..<91: captures.append(subject.capture())
            case 91..<93: readers.append(subject.snapshot())
            case 93..<94 where !readers.isEmpty:
                let (reader, contents) = readers.removeFirst()
                KeyTableModelTests.check(reader, contents)
            case 94..<95 where !captures.isEmpty:
                captures.removeFirst()
            case 95..<97 where !captures.isEmpty:
                // Read, as by a run that begins again in the same process, and still to be written.
                let (capture, contents) = captures[0]
                KeyTableModelTests.check(capture, contents)
            default:
                guard !captures.isEmpty else { continue }
                let (capture, contents) = captures.removeFirst()
                let isSame = try Self.written(capture) == contents
                #expect(isSame)
            }
        }
        for (capture, contents) in captures {
            let isSame = try Self.written(capture) == contents
            #expect(isSame)
        }
        for (reader, contents) in readers { KeyTableModelTests.check(reader, contents) }
        subject.check()
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func numbers(seed: UInt64) throws {
        try check(seed: seed, keys: 100, steps: 1000, { $0 }, { $0 })
        try check(
            seed: seed, keys: 60, steps: 600, { Place(x: Int16($0), y: 2) },
            { Stats(count: Int32($0), isOpen: $0 % 2 == 0, mean: $0 % 3 == 0 ? nil : 0.5) })
    }

    @Test(arguments: 0..<2 as Range<UInt64>)
    func numbersInManySegments(seed: UInt64) throws {
        try check(seed: seed, keys: 13_000, steps: 20, { UInt64($0) &* 0x9E37_79B9 }, { $0 })
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func otherState(seed: UInt64) throws {
        try check(seed: seed, keys: 60, steps: 600, { "key \($0)" }, { ["v": [$0]] })
        try check(seed: seed, keys: 60, steps: 600, { Int32($0) }, { Marked($0) })
    }

    /// The bytes that a capture holds and the table does not.
    static func heldBytes<Key, Value>(
        by capture: KeyTableSnapshot<Key, Value>, besides table: borrowing KeyTable<Key, Value>
    ) -> Int {
        var held = 0
        for (index, segment) in capture.segments.enumerated() {
            held += segment.packed?.count ?? 0
            if !segment.isMoved, segment !== table.segments[index] {
                held += segment.capacity * KeySlot<Key, Value>.stride
            }
        }
        return held
    }

    @Test func aWrittenSegmentIsNeitherCopiedNorPacked() throws {
        var table = KeyTableSnapshotTests.table(60_000)
        let capture = table.capture()
        #expect(try Self.written(capture).count == 60_000)
        let before = (0..<128).map { table.slots[$0].base }
        table.forEach { $1 += 1 }
        #expect(Self.heldBytes(by: capture, besides: table) == 0)
        #expect((0..<128).map { table.slots[$0].base } == before)
    }

    /// The worst: every key is updated before anything has been written.
    @Test func whatACheckpointHoldsIsAFractionOfTheState() throws {
        var table = KeyTable<UInt64, Int>()
        let keys = (0..<60_000 as Range<UInt64>).map { $0 }
        for key in keys {
            table.update(key, hash: key.stableHash, default: Int(key) * 7) { _ in }
        }
        let capture = table.capture()
        table.forEach { $1 += 1 }
        let held = Self.heldBytes(by: capture, besides: table)
        #expect(held > 0 && Double(held) <= 0.3 * Double(capture.byteCount))
        #expect((0..<128).allSatisfy { capture.segments[$0].isMoved })
        let contents = try Self.written(capture)
        #expect(contents == Dictionary(uniqueKeysWithValues: keys.map { ($0, Int($0) * 7) }))
        #expect(Self.heldBytes(by: capture, besides: table) == 0)
    }

    @Test func stateThatIsNotNumbersIsGivenBackSegmentBySegment() throws {
        var table = KeyTable<Int, [Int]>()
        for key in 0..<15_000 {
            table.update(key, hash: key.stableHash, default: [key]) { _ in }
        }
        let capture = table.capture()
        table.forEach { $1.append(0) }
        #expect(Self.heldBytes(by: capture, besides: table) == capture.byteCount)
        let contents = try Self.written(capture)
        #expect(contents.allSatisfy { $0.value == [$0.key] })
        #expect(Self.heldBytes(by: capture, besides: table) == 0)
    }

    @Test func aCheckpointThatIsGivenUpLeavesNothing() {
        var table = KeyTableSnapshotTests.table(100)
        do {
            let capture = table.capture()
            withExtendedLifetime(capture) {}
        }
        let next = table.capture()
        let base = table.slots[0].base
        next.release(segment: 0)
        table.forEach { $1 += 1 }
        #expect(table.slots[0].base == base && next.segments[0].packed == nil)
    }

    /// Two that share what has not changed in between: the second is as whole as the first.
    @Test func theSecondOfTwoCheckpointsIsWhole() throws {
        var table = KeyTableSnapshotTests.table(100)
        let (first, second) = (table.capture(), table.capture())
        let expected = KeyTableModelTests.contents(of: table)
        #expect(try Self.written(first) == expected)
        table.forEach { $1 += 1 }
        #expect(try Self.written(second) == expected)
        #expect(Self.heldBytes(by: second, besides: table) == 0)
    }

    @Test func aReaderSeesItsContentsBesideACheckpoint() throws {
        var table = KeyTableSnapshotTests.table(100)
        let capture = table.capture()
        let reader = table.snapshot()
        let expected = KeyTableModelTests.contents(of: table)
        table.forEach { $1 += 1 }
        KeyTableModelTests.check(reader, expected)
        #expect(try Self.written(capture) == expected)
        KeyTableModelTests.check(reader, expected)
    }

    /// Written on other threads while every key is updated.
    @Test(arguments: [false, true])
    func checkpointsAreWrittenWhileTheTableChanges(isText: Bool) async throws {
        if isText {
            try await writeBesideUpdates { "\($0)" }
        } else {
            try await writeBesideUpdates { $0 }
        }
    }

    func writeBesideUpdates<Value: Sendable & Equatable>(
        _ makeValue: @escaping @Sendable (Int) -> Value
    ) async throws {
        let keys = 14_000
        var table = KeyTable<Int, Value>()
        table.updateAll(in: 0..<keys, key: { $0 }, initial: { makeValue(0) }) { _, _ in }
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for round in 0..<4 {
                let capture = table.capture()
                group.addTask {
                    try Self.written(capture).values.allSatisfy { $0 == makeValue(round) }
                }
                table.updateAll(
                    in: 0..<keys, key: { $0 &* 5197 % keys }, initial: { makeValue(0) }
                ) { $1 = makeValue(round + 1) }
            }
            for try await isSame in group { #expect(isSame) }
        }
    }
}
