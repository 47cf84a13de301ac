import Millrace
import MillraceTesting
import Testing

@testable import Recommender

@Suite struct ItemNeighboursTests {
    /// Many are equal, so that the smaller id decides.
    @Test(arguments: UInt64(1)...40)
    func pruningKeepsTheBestByOrderThenById(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let limit = Int.random(in: 1...30, using: &random)
        let options = SimilarityOptions(neighbourLimit: limit)
        let countOf: (Int) -> Double = { $0 % 7 == 0 ? 0 : Double($0 % 3 + 1) }
        var neighbours = ItemNeighbours<Int>()
        for _ in 0..<Int.random(in: 0...200, using: &random) {
            neighbours.addPair(
                Int.random(in: 0..<90, using: &random), Int.random(in: 1...2, using: &random),
                at: Timestamp(millis: 0))
        }
        func order(_ pair: (key: Int, value: Double)) -> Double {
            let theirs = countOf(pair.key)
            return theirs > 0 ? pair.value * pair.value / theirs : 0
        }
        let ranked = neighbours.pairs.sorted {
            (-order($0), $0.key) < (-order($1), $1.key)
        }
        neighbours.prune(options, countOf: countOf)
        #expect(
            neighbours.pairs.sorted { $0.key < $1.key }.map(\.value)
                == ranked.prefix(limit).sorted { $0.key < $1.key }.map(\.value))
        #expect(Set(neighbours.pairs.keys) == Set(ranked.prefix(limit).map(\.key)))
    }

    @Test(arguments: UInt64(1)...40)
    func theGreatestAreThoseOfASort(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let range = seed % 2 == 0 ? 0...3 : 0...1000
        let numbers = (0..<Int.random(in: 1...60, using: &random)).map { _ in
            Double(Int.random(in: range, using: &random))
        }
        let sorted = numbers.sorted(by: >)
        for place in 1...numbers.count {
            #expect(numbers.greatest(place) == sorted[place - 1])
            #expect(sorted.greatest(place) == sorted[place - 1])
        }
    }
}
