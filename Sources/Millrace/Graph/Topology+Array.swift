extension Topology {
    /// Runs a topology that is written as a function over the elements of a sequence, and returns its results:
    /// batch, back-fill and test share the code of the live topology.
    ///
    /// ```swift
    /// let rankings = try await Topology.run(on: clicks, eventTime: { $0.time }, trending)
    /// ```
    ///
    /// - Parameters:
    ///   - elements: What the function's input holds, in arrival order.
    ///   - eventTime: The time at which an element happened.
    ///   - watermarks: How event time advances.
    ///   - build: The topology, from its input to its output.
    /// - Returns: The results in the order in which they came out.
    /// - Throws: ``StreamError`` naming the operator.
    public static func run<Input: Sendable, Output: Sendable>(
        on elements: some Sequence<Input>,
        eventTime: @escaping @Sendable (Input) throws -> Timestamp,
        watermarks: WatermarkStrategy<Input> = .monotonic, options: RunOptions = RunOptions(),
        _ build: (DataStream<Input>) throws -> DataStream<Output>
    ) async throws -> [Output] {
        let results = Collected<Output>()
        let topology = try Topology("function") { flow in
            let input = flow.source(
                .elements(elements), eventTime: eventTime, watermarks: watermarks)
            try build(input).sink(.collect(into: results))
        }
        try await topology.run(options)
        return results.elements
    }
}
