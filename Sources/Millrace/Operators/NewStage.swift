extension DataStream {
    /// The same stream, for workers of its own: what follows runs beside what comes before.
    ///
    /// Operators that could share a worker do, because handing on an element is then a call. A chain that
    /// is more than one core can do is cut here: whole batches cross, as references, in their order. Two
    /// branches behind one stream, each in a stage of its own, share two cores without being partitioned by
    /// key:
    ///
    /// ```swift
    /// let visits = events.newStage(name: "visits")
    /// let products = events.newStage(name: "products")
    /// ```
    /// The number of instances stays that of this stream.
    public func newStage(name: String? = nil) -> DataStream {
        let id = flow.add(
            "stage", name: name, inputs: [LogicalEdge(origin: origin)],
            outputs: [LogicalOutput(of: Element.self)], body: .union)
        flow.update(id) { $0.opensStage = true }
        return DataStream(flow: flow, origin: Origin(node: id, output: 0))
    }
}
