/// The numbers that the elements of a batch have where they come from, of lines or offsets. They mostly rise by
/// one from element to element, and are kept as the places where they do not.
@usableFromInline
struct ElementNumbers {
    /// By how much the numbers exceed the indices, each from an index on.
    private var steps: ContiguousArray<(start: Int, excess: Int64)> = []
    /// The last step's; none in a batch that is empty.
    @usableFromInline var excess = Int64.min

    @usableFromInline
    mutating func removeAll() {
        steps.removeAll(keepingCapacity: true)
        excess = .min
    }

    /// The next element of the batch, at `index`, has this number.
    @inlinable @inline(__always)
    mutating func note(_ number: Int64, at index: Int) {
        if number &- Int64(index) != excess { add(number, at: index) }
    }

    @usableFromInline @inline(never)
    mutating func add(_ number: Int64, at index: Int) {
        excess = number - Int64(index)
        steps.append((index, excess))
    }

    /// The number of the element at `index`; `nil` if none was noted.
    /// - Complexity: O(steps).
    subscript(index: Int) -> Int64? {
        steps.last { $0.start <= index }.map { $0.excess + Int64(index) }
    }
}
