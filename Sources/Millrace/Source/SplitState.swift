/// How far a split has been read: what a checkpoint holds of a source.
@usableFromInline
struct SplitState: StateCodable {
    @usableFromInline var split: SourceSplit
    @usableFromInline var position: SourcePosition
    /// The fields of the watermarks' progress.
    var progress: SplitProgress

    @usableFromInline
    init<Element: Sendable>(
        split: SourceSplit, position: SourcePosition, watermarks: SplitWatermarks<Element>
    ) {
        self.split = split
        self.position = position
        progress = watermarks.progress
    }

    @usableFromInline
    func encode(to writer: inout StateWriter) throws {
        writer.write(split.id)
        writer.write(split.size ?? -1)
        writer.write(position.offset)
        writer.write(position.detail)
        writer.write(progress.maximum.millis)
        writer.write(progress.watermark.millis)
        writer.write(progress.run.count)
        writer.write(progress.run.least.millis)
        writer.write(progress.run.greatest.millis)
        writer.write(progress.heldBackCount)
        writer.write(progress.droppedCount)
    }

    @usableFromInline
    init(from reader: inout StateReader) throws {
        let id = try reader.read(String.self)
        let size = try reader.read(Int64.self)
        split = SourceSplit(id: id, size: size < 0 ? nil : size)
        position = SourcePosition(
            offset: try reader.read(Int64.self), detail: try reader.read(String.self))
        progress = SplitProgress()
        progress.maximum = Timestamp(millis: try reader.read(Int64.self))
        progress.watermark = Timestamp(millis: try reader.read(Int64.self))
        progress.run = TimestampGuard.Run(
            count: try reader.read(Int.self),
            least: Timestamp(millis: try reader.read(Int64.self)),
            greatest: Timestamp(millis: try reader.read(Int64.self)))
        progress.heldBackCount = try reader.read(Int.self)
        progress.droppedCount = try reader.read(Int.self)
    }
}

extension SplitWatermarks {
    /// The watermarks of a split that goes on. An idle split is active until it has been idle again.
    @usableFromInline
    init(_ strategy: WatermarkStrategy<Element>, resuming state: SplitState, now: Timestamp) {
        self.init(strategy, now: now)
        progress = state.progress
    }
}
