extension DataStream {
    /// This stream and others of the same type as one stream, in no particular order between them.
    ///
    /// The watermark of the union is the smallest of its inputs'; idle inputs do not hold it back.
    public func union(_ others: DataStream<Element>..., name: String? = nil) -> DataStream<Element>
    {
        let id = flow.add(
            "union", name: name,
            inputs: ([self] + others).map { LogicalEdge(origin: $0.origin) },
            outputs: [LogicalOutput(of: Element.self)], body: .union)
        return DataStream(flow: flow, origin: Origin(node: id, output: 0))
    }
}
