import MillraceTesting
import Testing

@testable import Millrace

@Suite struct HashSetTests {
    @Test(arguments: 0..<10)
    func itHoldsWhatASetHolds(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var expected: Set<UInt64> = []
        var (hashes, reversed) = (HashSet(), HashSet())
        // Few different low bits, so that probes are long; 0 is the mark of an empty slot.
        let all = (0..<300).map { _ in UInt64.random(in: 0..<40, using: &random) << 32 }
        for hash in all {
            hashes.insert(hash)
            expected.insert(hash)
            #expect(hashes.count == expected.count)
        }
        for hash in all.reversed() { reversed.insert(hash) }
        #expect(hashes.all == expected)
        #expect(hashes == reversed)
        for hash in 0..<50 as Range<UInt64> {
            #expect(hashes.contains(hash << 32) == expected.contains(hash << 32))
        }
        hashes.insert(1)
        #expect(hashes != reversed)
    }
}
