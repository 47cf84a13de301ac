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

    /// - Complexity: O(log n), O(1) for an element behind all others.
    @inlinable
    mutating func insert(_ element: Element) {
        var hole = elements.count
        elements.append(element)
        guard hole > 0, element < elements[(hole - 1) / 2] else { return }
        elements.withUnsafeMutableBufferPointer { heap in
            guard let base = heap.baseAddress else { return }
            // Safety: the place at `hole` is the only one that is not initialised, and is filled at the end.
            // Moving rather than swapping counts no reference.
            let element = (base + hole).move()
            while hole > 0, element < base[(hole - 1) / 2] {
                (base + hole).moveInitialize(from: base + (hole - 1) / 2, count: 1)
                hole = (hole - 1) / 2
            }
            (base + hole).initialize(to: element)
        }
    }

    /// - Complexity: O(log n).
    @inlinable
    @discardableResult
    mutating func popFirst() -> Element? {
        guard let last = elements.popLast() else { return nil }
        if elements.isEmpty { return last }
        return elements.withUnsafeMutableBufferPointer { heap in
            guard let base = heap.baseAddress else { return nil }
            // Safety: as in `insert`; all indices are below the count.
            let first = base.move()
            var hole = 0
            var child = 1
            while child < heap.count {
                if child + 1 < heap.count, base[child + 1] < base[child] { child += 1 }
                guard base[child] < last else { break }
                (base + hole).moveInitialize(from: base + child, count: 1)
                hole = child
                child = 2 * hole + 1
            }
            (base + hole).initialize(to: last)
            return first
        }
    }
}
