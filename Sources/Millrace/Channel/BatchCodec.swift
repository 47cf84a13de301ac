/// Stores batches that are on their way through a channel: what an unaligned checkpoint holds of it.
@usableFromInline
enum BatchCodec {
    @usableFromInline
    static func encode<Element: Sendable>(
        _ payloads: [any Sendable], as type: Element.Type, to writer: inout StateWriter
    ) throws {
        writer.write(count: payloads.count)
        _ = try writer.codec(for: [Element].self)
        for payload in payloads {
            let batch = erased(Batch<Element>.self, payload)
            try writer.write(value: Array(batch.elements))
            try writer.write(value: Array(batch.timestamps))
        }
    }

    @usableFromInline
    static func decode<Element: Sendable>(
        as type: Element.Type, from reader: inout StateReader
    ) throws -> [any Sendable] {
        try (0..<(try reader.readCount())).map { _ in
            let elements = try reader.read(value: [Element].self)
            let timestamps = try reader.read(value: [Timestamp].self)
            guard elements.count == timestamps.count else { throw StateReader.damaged("a batch") }
            return Batch(
                elements: ContiguousArray(elements), timestamps: ContiguousArray(timestamps))
        }
    }

    /// The elements of a batch whose keys are owned.
    @inlinable
    static func keep<Element: Sendable, Key: StreamKey>(
        _ payload: any Sendable, by selector: KeySelector<Element, Key>,
        ownership: GroupOwnership, context: OperatorContext
    ) throws -> any Sendable {
        var batch = erased(Batch<Element>.self, payload)
        var run = KeyRun<Key>()
        try selector.fill(&run, &batch, context)
        var kept = Batch<Element>()
        for index in 0..<batch.count where ownership.owns(hash: run.hashes[index]) {
            kept.append(batch.elements[index], at: batch.timestamps[index])
        }
        return kept
    }
}
