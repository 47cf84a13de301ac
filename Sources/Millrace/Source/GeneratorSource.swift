/// Makes elements from their number: for load, tests and simulated input.
///
/// Element `i` depends on `i` alone, so any part can be read again. Split `s` of `n` makes the elements
/// whose number is `s` modulo `n`, so all splits advance through time side by side.
public struct GeneratorSource<Element: Sendable>: Source {
    let count: Int
    let splitCount: Int?
    /// Fills a batch from the first number, the step between numbers, and how many.
    @usableFromInline let fill: @Sendable (inout Batch<Element>, Int, Int, Int) -> Void

    @usableFromInline
    init(
        count: Int, splitCount: Int?,
        fill: @escaping @Sendable (inout Batch<Element>, Int, Int, Int) -> Void
    ) {
        self.count = count
        self.splitCount = splitCount
        self.fill = fill
    }

    public var label: String { "generator of \(count)" }

    public func splits(preferred: Int) -> [SourceSplit] {
        let number = Swift.max(1, splitCount ?? preferred)
        return (0..<number).map {
            SourceSplit(
                id: "\($0)/\(number)", size: Int64(count / number + (count % number > $0 ? 1 : 0)))
        }
    }

    public func reader(for split: SourceSplit, from position: SourcePosition?) throws
        -> GeneratorReader<Element>
    {
        let parts = split.id.split(separator: "/").compactMap { Int($0) }
        guard parts.count == 2 else {
            throw StreamError(.inputOutput, "'\(split.id)' is not a split of a generator")
        }
        return GeneratorReader(
            first: parts[0], stride: parts[1], count: count,
            made: Int(position?.offset ?? 0), fill: fill)
    }
}

/// Reads one split of a ``GeneratorSource``.
public struct GeneratorReader<Element: Sendable>: SourceReader {
    @usableFromInline let first: Int
    @usableFromInline let stride: Int
    @usableFromInline let count: Int
    @usableFromInline var made: Int
    @usableFromInline let fill: @Sendable (inout Batch<Element>, Int, Int, Int) -> Void

    @usableFromInline
    init(
        first: Int, stride: Int, count: Int, made: Int,
        fill: @escaping @Sendable (inout Batch<Element>, Int, Int, Int) -> Void
    ) {
        self.first = first
        self.stride = stride
        self.count = count
        self.made = made
        self.fill = fill
    }

    @inlinable
    public mutating func read(
        into batch: inout Batch<Element>, limit: Int, reject: (String, StreamError) throws -> Void
    ) -> SourceStatus {
        let start = first &+ made &* stride
        let left = start < count ? (count &- 1 &- start) / stride &+ 1 : 0
        let number = min(left, limit)
        fill(&batch, start, stride, number)
        made &+= number
        return number == left ? .finished : .more
    }

    public var position: SourcePosition { SourcePosition(offset: Int64(made)) }
}

extension Source {
    /// `count` elements made from their number, with their event times.
    ///
    /// - Parameter splits: How many parts are made side by side; by default as many as the topology's
    ///   parallelism.
    @inlinable @inline(__always)
    public static func generator<Element: Sendable>(
        count: Int, splits: Int? = nil, _ make: @escaping @Sendable (Int) -> (Element, Timestamp)
    ) -> Self where Self == GeneratorSource<Element> {
        GeneratorSource(count: count, splitCount: splits) { batch, start, stride, number in
            batch.refill(count: number) { make(start &+ $0 &* stride) }
        }
    }
}
