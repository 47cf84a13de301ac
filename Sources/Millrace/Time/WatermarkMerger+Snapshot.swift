extension WatermarkMerger {
    /// A merger's part of a checkpoint: one entry per input in each column, and what was sent.
    public struct Snapshot: Sendable, Hashable {
        /// The last watermark of each input.
        public var watermarks: [Timestamp]
        /// The status of each input.
        public var statuses: [InputStatus]
        /// Whether each input counts for the minimum: it is active and has caught up.
        public var isCounted: [Bool]
        /// The last watermark sent.
        public var watermark: Timestamp
        /// The last status sent.
        public var status: InputStatus

        /// A snapshot of the given columns, which have one entry per input.
        public init(
            watermarks: [Timestamp], statuses: [InputStatus], isCounted: [Bool],
            watermark: Timestamp, status: InputStatus
        ) {
            self.watermarks = watermarks
            self.statuses = statuses
            self.isCounted = isCounted
            self.watermark = watermark
            self.status = status
        }
    }

    /// Everything that ``init(restoring:)`` needs.
    /// - Complexity: O(inputs).
    public var snapshot: Snapshot {
        Snapshot(
            watermarks: watermarks, statuses: statuses,
            isCounted: watermarks.indices.map { counted[$0] != .max },
            watermark: watermark, status: status)
    }

    /// A merger that goes on where the snapshot was taken. The number of inputs is the snapshot's;
    /// where it has changed since, use ``init(inputs:resumingAt:)`` with the snapshot's watermark.
    ///
    /// - Throws: ``StreamError/Code/incompatibleState`` if the columns do not have the same count or
    ///   are empty.
    /// - Complexity: O(inputs).
    public init(restoring snapshot: Snapshot) throws(StreamError) {
        let count = snapshot.watermarks.count
        guard count > 0, snapshot.statuses.count == count, snapshot.isCounted.count == count else {
            throw StreamError(
                .incompatibleState, "a merger's snapshot needs one entry per input in each column")
        }
        self.init(inputs: count, resumingAt: snapshot.watermark)
        watermarks = snapshot.watermarks
        statuses = snapshot.statuses
        counted = MinimumTree(zip(watermarks, snapshot.isCounted).map { $1 ? $0 : .max })
        activeCount = statuses.reduce(0) { $0 + ($1 == .active ? 1 : 0) }
        finishedCount = statuses.reduce(0) { $0 + ($1 == .finished ? 1 : 0) }
        status = snapshot.status
    }
}
