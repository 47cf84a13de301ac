/// A keyed stream cut into windows: what an aggregate is applied to.
public struct WindowedStream<Key: StreamKey, Element: Sendable> {
    @usableFromInline let base: KeyedStream<Key, Element>
    @usableFromInline let kind: WindowKind<Element>
    @usableFromInline var lateness = Duration.zero
    @usableFromInline var trigger: Trigger?
    @usableFromInline var discards = false
    @usableFromInline var connectLate: ((DataStream<LateElement<Element>>) -> Void)?

    @usableFromInline
    init(base: KeyedStream<Key, Element>, kind: WindowKind<Element>) {
        self.base = base
        self.kind = kind
    }

    /// How long, in event time, a window is kept after it has fired. Each element that comes meanwhile
    /// fires it again. Zero by default.
    public func allowedLateness(_ lateness: Duration) -> WindowedStream {
        var stream = self
        stream.lateness = lateness
        return stream
    }

    /// When the windows emit their results; by default, when the watermark passes their end.
    public func trigger(_ trigger: Trigger) -> WindowedStream {
        var stream = self
        stream.trigger = trigger
        return stream
    }

    /// Empties a window when it fires, so that each result holds what is new since the one before. By
    /// default results accumulate.
    public func discarding() -> WindowedStream {
        var stream = self
        stream.discards = true
        return stream
    }

    /// Connects the elements that come too late for at least one of their windows. They are counted
    /// whether or not they are connected.
    public func late(_ body: @escaping (DataStream<LateElement<Element>>) -> Void) -> WindowedStream
    {
        var stream = self
        stream.connectLate = body
        return stream
    }
}

extension KeyedStream {
    /// Cuts the stream into windows per key.
    public func window(_ kind: WindowKind<Element>) -> WindowedStream<Key, Element> {
        WindowedStream(base: self, kind: kind)
    }
}

extension WindowedStream {
    /// The aggregate of each window and key, when the window fires.
    ///
    /// - Complexity: O(1) per element; each window's results take O(keys) when it fires.
    @inlinable
    public func aggregate<A: Aggregate>(
        _ aggregate: A, name: String? = nil
    ) -> DataStream<Windowed<Key, A.Output>> where A.Input == Element {
        switch kind.shape {
        case .time(let size, let slide, let offset):
            do {
                let grid = try PaneGrid(size: size, slide: slide, offset: offset)
                return aggregated(aggregate, .grid(grid), grid: grid, name: name)
            } catch {
                return refused(error, name: name)
            }
        case .session(_, let span, let gap):
            return aggregated(
                aggregate, .session(spanMillis: span.wholeMillis, gap: gap), grid: nil, name: name)
        case .global:
            return aggregated(aggregate, .global, grid: .global, name: name)
        case .count(let size, let slide):
            guard size > 0, slide > 0 else {
                return refused(
                    StreamError(
                        .invalidTopology,
                        "a window by count needs a size and a slide of at least 1"), name: name)
            }
            let selector = base.selector
            return connected(name: name) { context, port in
                OperatorBox.port(
                    CountWindowOperator(
                        size: size, slide: slide, aggregate: aggregate, selector: selector),
                    context: context, to: port)
            }
        }
    }

    /// The aggregate of each window and key, when the window fires, by its short name.
    ///
    /// - Complexity: O(1) per element; each window's results take O(keys) when it fires.
    @inlinable
    public func aggregate<A>(
        _ aggregation: Aggregation<Element, A>, name: String? = nil
    ) -> DataStream<Windowed<Key, A.Output>> { aggregate(aggregation.base, name: name) }

    /// Chooses the operator: shared panes where the default trigger allows it, a state per key and
    /// window elsewhere.
    @inlinable
    func aggregated<A: Aggregate>(
        _ aggregate: A, _ assigner: WindowAssigner<Element>, grid: PaneGrid?, name: String?
    ) -> DataStream<Windowed<Key, A.Output>> where A.Input == Element {
        let selector = base.selector
        let lateness = lateness.wholeMillis
        let (trigger, discards, isProcessing) = (trigger, discards, kind.usesProcessingTime)
        if let grid, trigger == nil, !isProcessing, !discards || lateness == 0 {
            let stream = connected(name: name) { context, port in
                OperatorBox.port(
                    PaneWindowOperator(
                        grid: grid, latenessMillis: lateness, aggregate: aggregate,
                        selector: selector),
                    context: context, to: port)
            }
            base.base.flow.setPreAggregation(
                .panes(grid, lateness, aggregate, selector), of: stream.origin.node)
            return stream
        }
        return connected(name: name) { context, port in
            OperatorBox.port(
                KeyedWindowOperator(
                    assigner: assigner, trigger: trigger ?? .eventTime, latenessMillis: lateness,
                    discards: discards, usesProcessingTime: isProcessing, aggregate: aggregate,
                    selector: selector),
                context: context, to: port)
        }
    }

    @inlinable
    func connected<Output: Sendable>(
        name: String?,
        _ make: @escaping @Sendable (OperatorContext, Port<Output>) throws -> Port<Element>
    ) -> DataStream<Output> {
        let stream = base.base.chained(
            "window", name: name, label: "window \(kind)", isStateful: true,
            partitioner: base.partitioner, as: Output.self, make)
        connectLate?(stream.sideOutput(lateOutput(of: Element.self)))
        return stream
    }

    /// A stream for a window that is not valid: the topology will not be built.
    @usableFromInline
    func refused<Output: Sendable>(_ error: any Error, name: String?) -> DataStream<Output> {
        let stream = connected(name: name) { (_, port: Port<Output>) in
            Port<Element>(batch: { _ in }, signal: { try port.signal($0) })
        }
        let message = (error as? StreamError)?.message ?? "\(error)"
        base.base.flow.refuse(stream.name, message)
        return stream
    }
}
