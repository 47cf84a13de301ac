extension DataStream {
    /// Combines the results of all keys of the same window: totals, rankings, distinct counts.
    ///
    /// The combined result is emitted when the watermark passes the window's end, keyed by the window. The
    /// results must come from a window without allowed lateness and without early firings: a result that
    /// is emitted again would be counted again.
    @inlinable
    public func acrossKeys<Key, Value, A: Aggregate>(
        _ aggregate: A, name: String? = nil
    ) -> DataStream<Windowed<Window, A.Output>>
    where Element == Windowed<Key, Value>, A.Input == Element {
        let keyed = keyed(by: { $0.window })
        let selector = keyed.selector
        return chained(
            "acrossKeys", name: name, isStateful: true, partitioner: keyed.partitioner,
            as: Windowed<Window, A.Output>.self
        ) { context, port in
            OperatorBox.port(
                KeyedWindowOperator(
                    assigner: .carried { $0.window }, trigger: .eventTime, latenessMillis: 0,
                    discards: false, usesProcessingTime: false, aggregate: aggregate,
                    selector: selector),
                context: context, to: port)
        }
    }

    /// Combines the results of all keys of the same window, by the short name of an aggregate. The same holds as
    /// of any other.
    @inlinable
    public func acrossKeys<Key, Value, A>(
        _ aggregation: Aggregation<Element, A>, name: String? = nil
    ) -> DataStream<Windowed<Window, A.Output>> where Element == Windowed<Key, Value> {
        acrossKeys(aggregation.base, name: name)
    }

    /// The `limit` best results of each window, best first; ties are broken by the smaller key.
    @inlinable
    public func top<Key: Comparable, Value, Score: Comparable & Sendable>(
        _ limit: Int, by score: @escaping @Sendable (Element) -> Score, name: String? = nil
    ) -> DataStream<Windowed<Window, [Element]>> where Element == Windowed<Key, Value> {
        acrossKeys(.top(limit, by: score, thenBy: { $0.key }), name: name)
    }
}
