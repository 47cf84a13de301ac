extension PreAggregation {
    /// A windowed aggregate over panes, cut in two around the exchange.
    @inlinable
    static func panes<Key: StreamKey, A: Aggregate>(
        _ grid: PaneGrid, _ latenessMillis: Int64, _ aggregate: A,
        _ selector: KeySelector<A.Input, Key>
    ) -> PreAggregation {
        PreAggregation(
            combiner: { context, port in
                OperatorBox.port(
                    PaneCombineOperator(grid: grid, aggregate: aggregate, selector: selector),
                    context: context, to: erased(Port<PanePartial<Key, A>>.self, port))
            },
            partialType: ElementType(of: PanePartial<Key, A>.self),
            partitioner: .keyed(by: KeySelector { (partial: PanePartial<Key, A>) in partial.key }),
            finisher: { context, port in
                OperatorBox.port(
                    PaneMergeOperator(
                        PaneWindowOperator(
                            grid: grid, latenessMillis: latenessMillis, aggregate: aggregate,
                            selector: selector)),
                    context: context, to: erased(Port<Windowed<Key, A.Output>>.self, port))
            })
    }
}
