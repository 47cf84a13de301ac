extension SplitWatermarks {
    /// A split's part of a checkpoint: after a restart time does not go back.
    public struct Snapshot: Sendable, Hashable {
        /// The greatest accepted timestamp, ``Timestamp/none`` before the first element.
        public var maximum: Timestamp
        /// The last watermark sent.
        public var watermark: Timestamp
        /// The last status sent.
        public var status: InputStatus
        /// The guard's run of suspects that agree: how many, the least and the greatest.
        public var suspectCount: Int
        /// The least timestamp of the run.
        public var leastSuspect: Timestamp
        /// The greatest timestamp of the run.
        public var greatestSuspect: Timestamp
        /// How many elements the guard has kept from moving the watermark.
        public var heldBackCount: Int
        /// How many elements the guard has dropped.
        public var droppedCount: Int

        /// A snapshot of a split that has delivered nothing yet, to be filled in when decoding.
        public init() {
            self.init(SplitProgress())
        }

        init(_ progress: SplitProgress) {
            maximum = progress.maximum
            watermark = progress.watermark
            status = progress.status
            suspectCount = progress.run.count
            leastSuspect = progress.run.least
            greatestSuspect = progress.run.greatest
            heldBackCount = progress.heldBackCount
            droppedCount = progress.droppedCount
        }
    }

    /// Everything that ``init(_:restoring:now:)`` needs.
    public var snapshot: Snapshot { Snapshot(progress) }

    /// The watermarks of a split that goes on where `snapshot` was taken, at the processing time
    /// `now`. The strategy may differ from then: the watermark still never goes back.
    public init(
        _ strategy: WatermarkStrategy<Element>, restoring snapshot: Snapshot, now: Timestamp
    ) {
        self.init(strategy, now: now)
        progress = SplitProgress(
            maximum: snapshot.maximum, watermark: snapshot.watermark, status: snapshot.status,
            run: TimestampGuard.Run(
                count: snapshot.suspectCount, least: snapshot.leastSuspect,
                greatest: snapshot.greatestSuspect),
            heldBackCount: snapshot.heldBackCount, droppedCount: snapshot.droppedCount)
    }
}
