/// Reads a collection: for tests, back-fill and batch.
public struct ArraySource<Element: Sendable>: Source {
    @usableFromInline let splitElements: [[Element]]

    public var label: String { "array of \(splitElements.reduce(0) { $0 + $1.count })" }

    public func splits(preferred: Int) -> [SourceSplit] {
        splitElements.enumerated().map {
            SourceSplit(id: "\($0.offset)", size: Int64($0.element.count))
        }
    }

    public func reader(for split: SourceSplit, from position: SourcePosition?) throws
        -> ArrayReader<Element>
    {
        guard let index = Int(split.id), splitElements.indices.contains(index) else {
            throw StreamError(.inputOutput, "'\(split.id)' is not a split of this array")
        }
        return ArrayReader(elements: splitElements[index], next: Int(position?.offset ?? 0))
    }
}

/// Reads one split of an ``ArraySource``.
public struct ArrayReader<Element: Sendable>: SourceReader {
    let elements: [Element]
    var next: Int

    public mutating func read(
        into batch: inout Batch<Element>, limit: Int, reject: (String, StreamError) throws -> Void
    ) -> SourceStatus {
        let end = Swift.min(elements.count, next + limit)
        batch.refill(count: end - next) { (elements[next + $0], .none) }
        next = end
        return next == elements.count ? .finished : .more
    }

    public var position: SourcePosition { SourcePosition(offset: Int64(next)) }
}

extension Source {
    /// The elements of a sequence, in order, as one split.
    public static func elements<Element: Sendable>(_ elements: some Sequence<Element>) -> Self
    where Self == ArraySource<Element> {
        ArraySource(splitElements: [Array(elements)])
    }

    /// The elements of several arrays, each a split of its own.
    public static func splits<Element: Sendable>(_ arrays: [[Element]]) -> Self
    where Self == ArraySource<Element> {
        ArraySource(splitElements: arrays)
    }
}
