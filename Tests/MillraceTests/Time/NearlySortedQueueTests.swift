import MillraceTesting
import Testing

@testable import Millrace

@Suite struct NearlySortedQueueTests {
    /// Any mixture of inserting and taking out gives what a sorted array gives, whether little, much or all
    /// of it comes in order.
    @Test(arguments: 0..<30)
    func elementsComeOutInOrder(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let jitter = [0, 3, 1000][Int(seed % 3)]
        var queue = NearlySortedQueue<Int>()
        var heap = MinHeap<Int>()
        var expected: [Int] = []
        for step in 0..<2000 {
            if Int.random(in: 0..<5, using: &random) < 3 {
                let element = step - Int.random(in: 0...jitter, using: &random)
                queue.insert(element)
                heap.insert(element)
                expected.insert(element, at: expected.firstIndex { $0 > element } ?? expected.count)
            } else {
                let first = expected.isEmpty ? nil : expected.removeFirst()
                #expect(queue.first { $0 } == first)
                #expect(queue.first { $0 * 2 } == first.map { $0 * 2 })
                #expect(queue.popFirst() == first)
                #expect(heap.popFirst() == first)
            }
            #expect(queue.count == expected.count && heap.count == expected.count)
        }
        #expect(queue.elements.sorted() == expected)
        while let first = queue.popFirst() { #expect(first == expected.removeFirst()) }
        #expect(expected.isEmpty && queue.count == 0)
    }

    /// Nothing that was taken out is kept, and nothing is lost: every reference is counted right.
    @Test func referencesAreGivenBack() {
        final class Token: Comparable, Sendable {
            let number: Int
            init(_ number: Int) { self.number = number }
            static func < (a: Token, b: Token) -> Bool { a.number < b.number }
            static func == (a: Token, b: Token) -> Bool { a.number == b.number }
        }
        struct Weak { weak var token: Token? }
        var random = SeededGenerator(seed: 1)
        var seen: [Weak] = []
        var queue = NearlySortedQueue<Token>()
        for step in 0..<500 {
            let token = Token(step + Int.random(in: 0..<9, using: &random))
            seen.append(Weak(token: token))
            queue.insert(token)
            if step >= 20 { queue.popFirst() }
        }
        #expect(seen.count { $0.token != nil } == queue.count)
        while queue.popFirst() != nil {}
        #expect(seen.allSatisfy { $0.token == nil })
    }
}
