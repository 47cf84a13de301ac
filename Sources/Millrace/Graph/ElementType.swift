/// What the graph must be able to do with a stream's element type after the type is erased: the
/// closures are made where the type is still known, in the user's module.
@usableFromInline
struct ElementType: Sendable {
    /// The type's name, for printing the graph.
    @usableFromInline let name: String
    /// `[Port<Element>]` to one `Port<Element>`.
    @usableFromInline let fanOut: @Sendable ([Any]) -> Any
    /// A gate with this many inputs in front of a `Port<Element>`.
    @usableFromInline let gate: @Sendable (Int, Any) -> AnyGate
    /// A `Port<Element>` that sends whole batches into lanes.
    @usableFromInline let forward: @Sendable ([Lane]) -> (port: Any, egress: any Egress)
    /// The pending batch of a side output in front of a `Port<Element>`.
    @usableFromInline let sideEmitter: @Sendable (String, Any) -> SideEmitterBase
    /// A `Port<Element>` that leads nowhere.
    @usableFromInline let discard: @Sendable () -> Any
    /// A port that lets another hand over batches in front of a `Port<Element>`.
    @usableFromInline
    let intercept: @Sendable (Any, @escaping (() throws -> Void) throws -> Void) -> Any
    /// Writes batches, and reads them.
    @usableFromInline
    let encodeBatches: @Sendable ([any Sendable], inout StateWriter) throws -> Void
    @usableFromInline
    let decodeBatches: @Sendable (inout StateReader) throws -> [any Sendable]

    @inlinable
    init<Element: Sendable>(of type: Element.Type) {
        name = "\(type)"
        fanOut = { ports in Port.fanOut(ports.map { erased(Port<Element>.self, $0) }) }
        gate = { inputs, port in AnyGate(inputs: inputs, port: erased(Port<Element>.self, port)) }
        forward = { lanes in
            let exchange = ForwardExchange<Element>(lanes: lanes)
            let port = Port<Element>(
                batch: { exchange.receive(&$0) }, signal: { exchange.signal($0) })
            return (port, exchange)
        }
        sideEmitter = { name, port in
            SideEmitter(name: name, port: erased(Port<Element>.self, port))
        }
        discard = { Port<Element>(batch: { _ in }, signal: { _ in }) }
        intercept = { port, handOver in
            let port = erased(Port<Element>.self, port)
            return Port<Element>(
                batch: { batch in try handOver { try port.receive(&batch) } },
                signal: { try port.signal($0) })
        }
        encodeBatches = { try BatchCodec.encode($0, as: Element.self, to: &$1) }
        decodeBatches = { try BatchCodec.decode(as: Element.self, from: &$0) }
    }
}

/// An ``InputGate`` without its element type.
@usableFromInline
struct AnyGate {
    @usableFromInline let receive: (any Sendable) throws -> Void
    @usableFromInline let signal: (Signal, Int) throws -> Void
    /// The `Port` that feeds the given input from inside the worker.
    @usableFromInline let port: (Int) -> Any

    @inlinable
    init<Element: Sendable>(inputs: Int, port: Port<Element>) {
        let gate = InputGate(inputs: inputs, port: port)
        receive = { try gate.receive($0) }
        signal = { try gate.signal($0, from: $1) }
        self.port = { input in
            Port<Element>(
                batch: { try gate.port.receive(&$0) },
                signal: { try gate.signal($0, from: input) })
        }
    }

    /// A gate that takes batches of another type as well.
    @inlinable
    init<Element: Sendable, Other: Sendable>(
        inputs: Int, port: Port<Element>, _ receiveOther: @escaping (Batch<Other>) throws -> Void
    ) {
        let gate = AnyGate(inputs: inputs, port: port)
        receive = { payload in
            guard let batch = payload as? Batch<Other> else { return try gate.receive(payload) }
            try receiveOther(batch)
        }
        signal = gate.signal
        self.port = gate.port
    }
}

/// The value of an erased port or operator, whose type the graph guarantees.
@inlinable
func erased<T>(_ type: T.Type, _ value: Any) -> T {
    guard let value = value as? T else {
        preconditionFailure("the graph connects equal element types only: \(T.self)")
    }
    return value
}
