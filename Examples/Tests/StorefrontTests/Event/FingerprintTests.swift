import Testing
import Topologies

@testable import Storefront

@Suite struct FingerprintTests {
    @Test func differentTextsHaveDifferentOnesAndWellSpreadHashes() {
        var ids = [
            "", "\0", "\0\0", "a", "aa", "aaaaaaaa", "aaaaaaaa\0", "aaaaaaaaa", "é", "e\u{301}",
        ]
        for number in 0..<50_000 {
            ids.append("\(number)")
            ids.append("00000000-0000-4000-8000-\(100_000_000_000 + number)")
        }
        let keys = ids.map { Fingerprint($0) }
        #expect(Set(keys).count == ids.count)
        #expect(Set(keys.map(\.stableHash)).count == ids.count)
        var groups = Array(repeating: 0, count: 16)
        for key in keys { groups[Int(key.stableHash >> 60)] += 1 }
        #expect(groups.allSatisfy { abs($0 - ids.count / 16) < ids.count / 160 })
    }

    /// Numbers, texts and nothing are three things, and their order matters.
    @Test func pairsOfIdsHaveDifferentOnes() {
        let ids: [ID?] = [
            nil, "", "0", "1", "-1", "00", "3", "97", "\u{1}", "abc", "a", "7235948",
            "a longer text",
        ]
        var all: Set<Fingerprint> = []
        for first in ids {
            for second in ids {
                var made = Fingerprint()
                made.add(first)
                made.add(second)
                all.insert(made)
                var again = Fingerprint()
                again.add(first.map { ID($0.description) })
                again.add(second)
                #expect(made == again && made.stableHash == again.stableHash)
            }
        }
        #expect(all.count == ids.count * ids.count)
        #expect(Set(all.map(\.stableHash)).count == all.count)
    }
}
