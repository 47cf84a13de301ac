public import Millrace

/// An empty place that a sink writes to, for ``SinkConformance``.
public struct SinkPlace<S: Sink, Output: Equatable & Sendable>: Sendable {
    let sink: @Sendable () async throws -> S
    let files: any FileSystem
    let visible: @Sendable () async throws -> [Output]

    /// - Parameters:
    ///   - files: The files that the writers are given.
    ///   - sink: Makes the sink, anew after each simulated crash, always for this place.
    ///   - visible: What a reader of the place sees, in order; sorted, if the sink keeps no order.
    public init(
        files: any FileSystem = SystemFileSystem(),
        sink: @escaping @Sendable () async throws -> S,
        visible: @escaping @Sendable () async throws -> [Output]
    ) {
        self.sink = sink
        self.files = files
        self.visible = visible
    }

    func writer(usesCheckpoints: Bool) async throws -> S.Writer {
        try await sink().writer(
            for: SinkInstance(usesCheckpoints: usesCheckpoints, name: "results", files: files))
    }
}

extension SinkWriter {
    /// Writes elements as a worker does: in batches, with a flush when the writer is full.
    mutating func write(_ elements: ArraySlice<Element>, by size: Int = 3) async throws {
        var start = elements.startIndex
        while start < elements.endIndex {
            let end = min(start + size, elements.endIndex)
            var batch = Batch<Element>()
            for index in start..<end {
                batch.append(elements[index], at: Timestamp(millis: Int64(index)))
            }
            try write(&batch)
            try advance(to: Timestamp(millis: Int64(end) - 1))
            if isFull { try await flush() }
            start = end
        }
    }
}
