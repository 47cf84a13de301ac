/// A binary heap: the smallest element first.
@usableFromInline
struct MinHeap<Element: Comparable & Sendable>: Sendable {
    @usableFromInline var elements: ContiguousArray<Element> = []

    @inlinable
    init() {}

    /// A heap of these elements.
    /// - Complexity: O(n log n).
    @inlinable
    init(_ elements: consuming ContiguousArray<Element>) {
        self.elements = elements
        self.elements.sort()
    }

    @inlinable
    var count: Int { elements.count }

    @inlinable
    var first: Element? { elements.first }

    /// - Complexity: O(log n).
    @inlinable
    mutating func insert(_ element: Element) {
        var index = elements.count
        elements.append(element)
        while index > 0, elements[index] < elements[(index - 1) / 2] {
            elements.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    /// - Complexity: O(log n).
    @inlinable
    @discardableResult
    mutating func popFirst() -> Element? {
        guard let first = elements.first else { return nil }
        elements.swapAt(0, elements.count - 1)
        elements.removeLast()
        var index = 0
        while true {
            var smallest = index
            for child in (2 * index + 1)...(2 * index + 2)
            where child < elements.count && elements[child] < elements[smallest] {
                smallest = child
            }
            if smallest == index { return first }
            elements.swapAt(index, smallest)
            index = smallest
        }
    }
}
