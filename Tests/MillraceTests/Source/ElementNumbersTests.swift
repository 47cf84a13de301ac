import MillraceTesting
import Testing

@testable import Millrace

@Suite struct ElementNumbersTests {
    @Test func numbersAreFoundByIndexWhereverTheyJump() {
        var random = SeededGenerator(seed: 7)
        var numbers = ElementNumbers()
        #expect(numbers[0] == nil)
        for _ in 0..<20 {
            numbers.removeAll()
            var noted: [Int64] = []
            var next = Int64.random(in: 0...5, using: &random)
            for index in 0..<Int.random(in: 0...50, using: &random) {
                numbers.note(next, at: index)
                noted.append(next)
                next += Bool.random(using: &random) ? 1 : Int64.random(in: 1...9, using: &random)
            }
            #expect(noted.indices.map { numbers[$0] } == noted.map(Optional.some))
        }
    }
}
