import Testing

@testable import Storefront

@Suite struct EventKeyTests {
    @Test func differentIdsHaveDifferentKeysAndWellSpreadHashes() {
        var ids = [
            "", "\0", "\0\0", "a", "aa", "aaaaaaaa", "aaaaaaaa\0", "aaaaaaaaa", "é", "e\u{301}",
        ]
        for number in 0..<50_000 {
            ids.append("\(number)")
            ids.append("00000000-0000-4000-8000-\(100_000_000_000 + number)")
        }
        let keys = ids.map { EventKey($0) }
        #expect(Set(keys).count == ids.count)
        #expect(Set(keys.map(\.stableHash)).count == ids.count)
        var groups = Array(repeating: 0, count: 16)
        for key in keys { groups[Int(key.stableHash >> 60)] += 1 }
        #expect(groups.allSatisfy { abs($0 - ids.count / 16) < ids.count / 160 })
    }
}
