/// Where an operator pushes its output: the input of the next one, erased to closures.
///
/// A port is called once per batch or signal, never per element. Its closures are made in
/// `@inlinable` generic functions, so the code behind them is specialised in the user's module.
public struct Port<Element: Sendable> {
    @usableFromInline let receiveBatch: (inout Batch<Element>) throws -> Void
    @usableFromInline let receiveSignal: (Signal) throws -> Void

    /// A port made of what to do with a batch and with a signal.
    @inlinable
    public init(
        batch: @escaping (inout Batch<Element>) throws -> Void,
        signal: @escaping (Signal) throws -> Void
    ) {
        receiveBatch = batch
        receiveSignal = signal
    }

    /// Hands over a batch. The receiver may change it or take its storage; the sender must not rely
    /// on its content afterwards.
    @inlinable @inline(__always)
    public func receive(_ batch: inout Batch<Element>) throws { try receiveBatch(&batch) }

    /// Hands over a signal, after every batch that came before it.
    @inlinable @inline(__always)
    public func signal(_ signal: Signal) throws { try receiveSignal(signal) }
}

extension Port {
    /// A port that hands everything to each of `ports`, in order.
    @inlinable
    static func fanOut(_ ports: [Port<Element>]) -> Port<Element> {
        if ports.count == 1 { return ports[0] }
        let others = ports.dropLast()
        let last = ports.last
        return Port(
            batch: { batch in
                for port in others {
                    var copy = batch
                    try port.receive(&copy)
                }
                // Nobody needs it after the last one, who may have it without a copy.
                try last?.receive(&batch)
            },
            signal: { signal in for port in ports { try port.signal(signal) } })
    }
}
