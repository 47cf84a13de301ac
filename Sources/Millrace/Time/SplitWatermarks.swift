/// The event time of one split: what its elements' timestamps say about those that follow.
@usableFromInline
struct SplitWatermarks<Element: Sendable>: Sendable {
    @usableFromInline let strategy: WatermarkStrategy<Element>
    /// The greatest timestamp so far.
    @usableFromInline var greatest = Timestamp.none

    @inlinable
    init(_ strategy: WatermarkStrategy<Element>) { self.strategy = strategy }

    /// The watermark behind the elements seen so far; ``Timestamp/none`` before the first.
    @inlinable
    var watermark: Timestamp {
        guard let bound = strategy.outOfOrdernessMillis, greatest != .none else { return .none }
        return Timestamp(
            millis: greatest.millis.saturatingSubtract(bound).saturatingSubtract(1))
    }

    /// Takes note of the timestamps in `range`.
    @inlinable
    mutating func observe(_ timestamps: ContiguousArray<Timestamp>, in range: Range<Int>) {
        var greatest = greatest.millis
        timestamps.withUnsafeBufferPointer { timestamps in
            for index in range { greatest = max(greatest, timestamps[index].millis) }
        }
        self.greatest = Timestamp(millis: greatest)
    }

    /// The end of the run that starts at `start` and after which the watermark advances: the first
    /// timestamp greater than all before it.
    @inlinable
    func endOfRun(_ timestamps: ContiguousArray<Timestamp>, from start: Int) -> Int {
        var index = start
        while index < timestamps.count {
            index += 1
            if timestamps[index - 1] > greatest { return index }
        }
        return index
    }
}
