/// A keyed stream cut into windows: what an aggregate is applied to.
public struct WindowedStream<Key: StreamKey, Element: Sendable> {
    @usableFromInline let base: KeyedStream<Key, Element>
    @usableFromInline let kind: WindowKind
    @usableFromInline var lateness = Duration.zero
    @usableFromInline var connectLate: ((DataStream<LateElement<Element>>) -> Void)?

    @usableFromInline
    init(base: KeyedStream<Key, Element>, kind: WindowKind) {
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

    /// Connects the elements that come too late for at least one of their windows. They are counted
    /// whether or not they are connected.
    public func late(_ body: @escaping (DataStream<LateElement<Element>>) -> Void) -> WindowedStream {
        var stream = self
        stream.connectLate = body
        return stream
    }
}

extension KeyedStream {
    /// Cuts the stream into windows per key.
    public func window(_ kind: WindowKind) -> WindowedStream<Key, Element> {
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
        let selector = base.selector
        let lateness = lateness.wholeMillis
        switch kind.shape {
        case .time(let size, let slide, let offset):
            let grid: PaneGrid
            do {
                grid = try PaneGrid(size: size, slide: slide, offset: offset)
            } catch {
                return refused(error, name: name)
            }
            return connected(name: name) { context, port in
                OperatorBox.port(
                    PaneWindowOperator(
                        grid: grid, latenessMillis: lateness, aggregate: aggregate,
                        selector: selector),
                    context: context, to: port)
            }
        }
    }

    @inlinable
    func connected<Output: Sendable>(
        name: String?, _ make: @escaping @Sendable (OperatorContext, Port<Output>) throws -> Port<Element>
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
