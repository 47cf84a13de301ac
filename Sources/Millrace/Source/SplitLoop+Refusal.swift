/// Elements that have been decoded and are refused for their event time, and where they came from.
extension SplitLoop where Reader: ~Copyable {
    /// Where an element of the batch came from, as far as the reader knows.
    private func place(of index: Int) -> String {
        reader.place(ofElement: readIndex(of: index)) ?? "split '\(split.id)'"
    }

    /// Which element of the last read is at `index` in the batch now.
    private func readIndex(of index: Int) -> Int {
        untimed.reduce(index) { $1 <= $0 ? $0 + 1 : $0 }
    }

    /// Leaves out an element whose event time cannot be told, as the error policy says.
    @usableFromInline @inline(never)
    func rejectUntimed(at index: Int, because error: any Error) throws {
        // Nobody reads the error of an element that is only counted.
        let error =
            context.errorPolicy == .skipAndCount ? error : described(error, at: index)
        untimed.append(readIndex(of: index))
        context.counters.received &+= 1
        try batch.reject(at: index, because: error, context: context)
    }

    private func described(_ error: any Error, at index: Int) -> StreamError {
        let element = batch.elements[index]
        var named =
            switch error {
            case let error as StreamError: error
            case is NoEventTime:
                StreamError(
                    .badTimestamp,
                    "`eventTime` gave Timestamp.none, which is no time, for the element \(element)")
            default:
                StreamError(
                    .operatorFailed, "`eventTime` failed for the element \(element)", cause: error)
            }
        named.operatorName = named.operatorName ?? context.name
        named.place = place(of: index) + (named.place.map { ", \($0)" } ?? "")
        return named
    }

    /// Leaves out an element that the timestamp guard drops.
    @usableFromInline @inline(never)
    func drop(_ element: Element, at timestamp: Timestamp, index: Int) throws {
        try context.drop(
            element, at: timestamp,
            because: StreamError(
                .badTimestamp, "the timestamp \(timestamp) is too far ahead",
                operatorName: context.name, place: place(of: index)))
    }

    /// The error with the place of the element for whose timestamp the batch fails, if it does.
    @usableFromInline @inline(never)
    func placed(_ error: any Error) -> any Error {
        guard let index = marks.refused, var named = error as? StreamError else { return error }
        named.place = place(of: index)
        return named
    }
}

/// A source's `eventTime` has given ``Timestamp/none``.
@usableFromInline
struct NoEventTime: Error {
    @usableFromInline init() {}
}
