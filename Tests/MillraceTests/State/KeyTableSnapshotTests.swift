import Synchronization
import Testing

@testable import Millrace

@Suite struct KeyTableSnapshotTests {
    /// A table of the keys below `count`, each with itself as value.
    static func table(_ count: Int) -> KeyTable<Int, Int> {
        var table = KeyTable<Int, Int>()
        table.updateAll(in: 0..<count, key: { $0 }, initial: { 0 }) { $1 = $0 }
        return table
    }

    @Test func onlyWrittenSegmentsAreCopied() {
        var table = Self.table(20_000)
        let first = table.snapshot()
        #expect(first.segmentCount == 128)
        table.update(5, hash: 5.stableHash, default: 0) { $0 = -1 }
        let second = table.snapshot()
        let written = Int(5.stableHash >> 57)
        for index in 0..<128 {
            #expect(first.isSegment(index, identicalIn: second) == (index != written))
            let isSame = first.version(ofSegment: index) == second.version(ofSegment: index)
            #expect(isSame == (index != written))
        }
        #expect(first.value(for: 5, hash: 5.stableHash) == 5)
        #expect(second.value(for: 5, hash: 5.stableHash) == -1)
    }

    @Test func versionsTellChangesEvenWhenTheOlderSnapshotIsGone() {
        var table = Self.table(10)
        let first = table.snapshot().version(ofSegment: 0)
        #expect(table.snapshot().version(ofSegment: 0) == first)
        table.update(5, hash: 5.stableHash, default: 0) { $0 = -1 }
        #expect(table.snapshot().version(ofSegment: 0) != first)
        let second = table.snapshot().version(ofSegment: 0)
        table.removeAll(keepingCapacity: false)
        #expect(table.snapshot().version(ofSegment: 0) > second)
    }

    @Test(arguments: [3, 20_000])
    func groupsOfEveryPartitionRestoreTheWhole(count: Int) {
        var table = Self.table(count)
        let snapshot = table.snapshot()
        for groups in [KeyGroups(count: 16), KeyGroups(), KeyGroups(count: 1024)] {
            var total = 0
            for partition in 0..<5 {
                var part = KeyTable<Int, Int>()
                let range = groups.range(ofPartition: partition, of: 5)
                part.insert(contentsOf: snapshot, groups: range, of: groups)
                total += part.count
                part.visit { key, value in
                    #expect(key == value)
                    #expect(range.contains(groups.group(of: key.stableHash)))
                }
            }
            #expect(total == count)
        }
    }

    @Test func aSnapshotIsReadByAnotherTaskWhileTheTableChanges() async {
        var table = Self.table(30_000)
        await withTaskGroup(of: Int.self) { group in
            for _ in 0..<4 {
                let snapshot = table.snapshot()
                var expected = 0
                table.visit { expected += $1 }
                let wanted = expected
                group.addTask {
                    var sum = 0
                    snapshot.forEach { sum += $1 }
                    #expect(sum == wanted)
                    return snapshot.count
                }
                table.updateAll(in: 0..<30_000, key: { $0 }, initial: { 0 }) { $1 += $0 & 7 }
                table.removeAll { key, _ in key % 16 == 3 }
            }
            for await count in group { #expect(count > 20_000) }
        }
    }

    /// Counts how many of its kind are alive.
    final class Tracked: Sendable {
        let alive: Counter
        init(_ alive: Counter) {
            self.alive = alive
            alive.count.add(1, ordering: .relaxed)
        }
        deinit { alive.count.subtract(1, ordering: .relaxed) }
    }

    final class Counter: Sendable {
        let count = Atomic(0)
        var value: Int { count.load(ordering: .relaxed) }
    }

    @Test func everyValueIsReleasedOnce() {
        let alive = Counter()
        var last: KeyTableSnapshot<String, Tracked>?
        do {
            var table = KeyTable<String, Tracked>()
            let keys = (0..<7000).map { "key number \($0)" }
            table.updateAll(in: 0..<7000, key: { keys[$0] }, initial: { Tracked(alive) }) { _, _ in
            }
            #expect(alive.value == 7000)
            let snapshot = table.snapshot()
            for key in keys.prefix(1000) { table.removeValue(for: key, hash: key.stableHash) }
            #expect(alive.value == 7000)
            #expect(snapshot.count == 7000)
            withExtendedLifetime(snapshot) {}
            table.removeAll { _, value in
                value = Tracked(alive)
                return false
            }
            table.removeAll { key, _ in key.hasSuffix("9") }
            last = table.snapshot()
            table.removeAll(keepingCapacity: true)
            #expect(table.count == 0)
            table.update("a", hash: "a".stableHash, default: Tracked(alive)) { _ in }
        }
        #expect(alive.value == last?.count)
        last = nil
        #expect(alive.value == 0)
    }
}
