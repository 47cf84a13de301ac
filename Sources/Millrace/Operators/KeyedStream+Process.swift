extension KeyedStream {
    /// Processes each element with the state of its key: the most general keyed operator.
    ///
    /// The state is one value per key, `nil` for a new key; setting it to `nil` removes it. The functions
    /// run on the worker that owns the key, one at a time.
    ///
    /// - Parameters:
    ///   - name: The operator's name, unique in the topology: it names the state in checkpoints.
    ///   - state: The type of the state.
    ///   - output: The type of what is emitted.
    ///   - expiry: How long untouched state lives; for ever by default.
    ///   - onElement: Called for each element in arrival order, late or not. An element for which it throws
    ///     is rejected by the operator's error policy; what it has emitted stays.
    ///   - onTimer: Called when a timer is due, in the order of their times across the keys of a worker.
    ///   - onExpiry: Called with state that has expired; what it emits carries the watermark's time.
    /// - Complexity: O(1) on average per element, O(log n) per timer.
    @inlinable
    public func process<State: Sendable, Output: Sendable>(
        _ name: String, state: State.Type, output: Output.Type, expiry: StateExpiry? = nil,
        onElement:
            @escaping @Sendable (Element, inout State?, KeyedContext<Key, Output>) throws -> Void,
        onTimer:
            @escaping @Sendable (KeyedTimer<Key>, inout State?, KeyedContext<Key, Output>) throws ->
            Void = { _, _, _ in },
        onExpiry: @escaping @Sendable (State, KeyedContext<Key, Output>) throws -> Void = { _, _ in
        }
    ) -> DataStream<Output> {
        let selector = selector
        let functions = KeyedProcessFunctions(
            onElement: onElement, onTimer: onTimer, onExpiry: onExpiry)
        return base.chained(
            "process", name: name, isStateful: true, partitioner: partitioner, as: Output.self
        ) { context, port in
            OperatorBox.port(
                KeyedProcessOperator(functions: functions, expiry: expiry, selector: selector),
                context: context, to: port)
        }
    }

    /// The first element of each key, and further ones that come more than `interval` of event time
    /// after the last that was kept. The others are counted as filtered.
    ///
    /// Duplicates are found as long as they come at most `interval` after the element that was kept, also
    /// across checkpoints; state is bounded by the keys seen within `interval`.
    @inlinable
    public func deduplicated(
        within interval: Duration, name: String? = nil
    ) -> DataStream<Element> {
        let selector = selector
        let intervalMillis = interval.wholeMillis
        return base.chained(
            "deduplicate", name: name, label: "deduplicate within \(interval)", isStateful: true,
            partitioner: partitioner, as: Element.self
        ) { context, port in
            let functions = KeyedProcessFunctions<Key, Element, Timestamp, Element>(
                onElement: { element, kept, context in
                    let time = context.timestamp
                    if let last = kept,
                        time.millis.saturatingSubtract(last.millis) <= intervalMillis
                    {
                        context.operatorContext.counters.filtered += 1
                        return
                    }
                    kept = Swift.max(kept ?? time, time)
                    context.emit(element)
                },
                onTimer: { _, _, _ in }, onExpiry: { _, _ in })
            return OperatorBox.port(
                KeyedProcessOperator(
                    functions: functions, expiry: .eventTime(interval), selector: selector),
                context: context, to: port)
        }
    }
}
