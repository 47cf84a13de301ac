/// How far one split has come in event time: everything about its watermarks that does not depend on
/// the element's type.
struct SplitProgress: Sendable, Hashable {
    /// The greatest accepted timestamp, `none` before the first element.
    var maximum = Timestamp.none
    /// The last watermark sent, `none` before the first.
    var watermark = Timestamp.none
    var status = InputStatus.active
    var run = TimestampGuard.Run()
    var heldBackCount = 0
    var droppedCount = 0

    /// Takes the timestamps of a batch without a guard. The hot path: one pass for both ends.
    mutating func observe(_ timestamps: ContiguousArray<Timestamp>) throws(RefusedTimestamp) {
        var least = Int64.max
        var greatest = Int64.min
        for time in timestamps {
            least = Swift.min(least, time.millis)
            greatest = Swift.max(greatest, time.millis)
        }
        if least == .min {
            throw Self.missing(at: timestamps.firstIndex(of: .none) ?? 0)
        }
        maximum = Swift.max(maximum, Timestamp(millis: greatest))
    }

    /// Takes the timestamps of a batch one by one and notes where the watermark moves.
    mutating func observeEach(
        _ timestamps: ContiguousArray<Timestamp>, boundMillis: Int64,
        into cuts: inout ContiguousArray<WatermarkCut>
    ) throws(RefusedTimestamp) {
        for index in timestamps.indices {
            let time = timestamps[index]
            if time == .none { throw Self.missing(at: index) }
            guard time > maximum else { continue }
            maximum = time
            advance(to: bounded(boundMillis), after: index + 1, into: &cuts)
        }
    }

    /// Takes the timestamps of a batch through a guard; the indices of suspects go to `suspects`,
    /// those to be left out to `dropped` as well.
    mutating func observe(
        _ timestamps: ContiguousArray<Timestamp>, through timestampGuard: TimestampGuard,
        boundMillis: Int64?, now: Timestamp, suspects: inout ContiguousArray<Int>,
        dropped: inout ContiguousArray<Int>, into cuts: inout ContiguousArray<WatermarkCut>
    ) throws(RefusedTimestamp) {
        for index in timestamps.indices {
            let time = timestamps[index]
            if time == .none { throw Self.missing(at: index) }
            let isFirst = maximum == .none && timestampGuard.reference != .processingTime
            if timestampGuard.admits(time, now: now, maximum: &maximum, run: &run) {
                guard let boundMillis else { continue }
                advance(to: bounded(boundMillis), after: index + 1, into: &cuts)
                continue
            }
            suspects.append(index)
            switch timestampGuard.policy {
            case .drop where !isFirst:
                droppedCount += 1
                dropped.append(index)
            case .fail where !isFirst:
                throw RefusedTimestamp(
                    index: index, reason: tooFarAhead(time, timestampGuard, now: now))
            default: heldBackCount += 1
            }
        }
    }

    /// `maximum − bound − 1 ms`, and `none` before the first element.
    func bounded(_ boundMillis: Int64) -> Timestamp {
        if maximum == .none { return .none }
        return Timestamp(
            millis: maximum.millis.saturatingSubtract(boundMillis).saturatingSubtract(1))
    }

    /// Moves the watermark if `time` is news. Only the end of the input may say `max`.
    mutating func advance(
        to time: Timestamp, after elementCount: Int, into cuts: inout ContiguousArray<WatermarkCut>
    ) {
        let time = Swift.min(time, Timestamp(millis: .max - 1))
        guard time > watermark else { return }
        watermark = time
        cuts.append(WatermarkCut(after: elementCount, time))
    }

    private static func missing(at index: Int) -> RefusedTimestamp {
        RefusedTimestamp(
            index: index,
            reason: StreamError(
                .badTimestamp,
                "an element has no timestamp, but the watermark strategy needs one; give the source an "
                    + "`eventTime`, or use the strategy `processingTime` or `none`",
                place: "element \(index) of the batch"))
    }

    private func tooFarAhead(
        _ time: Timestamp, _ timestampGuard: TimestampGuard, now: Timestamp
    ) -> StreamError {
        let bound = Duration.milliseconds(timestampGuard.boundMillis)
        let reference = timestampGuard.reference == .processingTime ? now : maximum
        return StreamError(
            .badTimestamp, "the timestamp \(time) is more than \(bound) ahead of \(reference)")
    }
}

/// A timestamp that the source fails for, and which element's it is.
struct RefusedTimestamp: Error {
    let index: Int
    let reason: StreamError
}
