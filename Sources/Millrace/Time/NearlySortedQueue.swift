/// Gives elements out smallest first, made for such as come nearly in order: one behind those before it
/// waits in a queue, and only the others in a heap.
///
/// Of equal elements, neither comes before the other; what must stay in order needs a number.
@usableFromInline
struct NearlySortedQueue<Element: Comparable & Sendable>: Sendable {
    /// In order; `nil` where an element has been taken out.
    @usableFromInline var queue: ContiguousArray<Element?> = []
    /// The first that has not been taken out.
    @usableFromInline var head = 0
    @usableFromInline var heap = MinHeap<Element>()

    @inlinable
    init() {}

    @inlinable
    var count: Int { queue.count - head + heap.count }

    /// The elements, in no order.
    @inlinable
    var elements: ContiguousArray<Element> {
        heap.elements + queue[head...].lazy.compactMap { $0 }
    }

    /// A part of the first element, which is read where it is.
    @inlinable @inline(__always)
    func first<Part>(_ part: (borrowing Element) -> Part) -> Part? {
        if headIsFirst {
            switch queue[head] {
            case .some(let element): return part(element)
            case .none: return nil
            }
        }
        return heap.count == 0 ? nil : part(heap.elements[0])
    }

    /// Whether the queue's first element comes before the heap's.
    @inlinable @inline(__always)
    var headIsFirst: Bool {
        guard head < queue.count, let queued = queue[head] else { return false }
        guard let other = heap.first else { return true }
        return queued < other
    }

    /// - Complexity: O(1) for an element behind all others, else O(log n).
    @inlinable
    mutating func insert(_ element: Element) {
        if head < queue.count, let last = queue[queue.count - 1], element < last {
            heap.insert(element)
        } else {
            queue.append(element)
        }
    }

    /// - Complexity: O(log n), O(1) if all came in order.
    @inlinable
    @discardableResult
    mutating func popFirst() -> Element? {
        guard headIsFirst else { return heap.popFirst() }
        let first = queue[head].take()
        head += 1
        // Half of it is a price that those who were taken out have paid for.
        if head * 2 >= queue.count {
            queue.removeFirst(head)
            head = 0
        }
        return first
    }
}
