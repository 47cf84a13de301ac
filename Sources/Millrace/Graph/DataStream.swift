/// A stream of elements with event times: what sources make and operators turn into other streams.
///
/// A data stream is a description, not a running thing: methods add operators to the topology that is
/// being written. Using one stream twice sends every element to both.
public struct DataStream<Element: Sendable> {
    @usableFromInline let flow: Flow
    @usableFromInline let origin: Origin

    @usableFromInline
    init(flow: Flow, origin: Origin) {
        self.flow = flow
        self.origin = origin
    }

    /// Adds an operator behind this stream.
    @inlinable
    func chained<Output: Sendable>(
        _ kind: String, name: String?, label: String? = nil, isStateful: Bool = false,
        partitioner: Partitioner? = nil, as type: Output.Type,
        _ make: @escaping @Sendable (OperatorContext, Port<Output>) throws -> Port<Element>
    ) -> DataStream<Output> {
        let id = flow.add(
            kind, name: name, label: label,
            inputs: [LogicalEdge(origin: origin, partitioner: partitioner)],
            outputs: [LogicalOutput(of: Output.self)],
            isStateful: isStateful,
            body: .chained { context, port in
                try make(context, erased(Port<Output>.self, port))
            })
        return DataStream<Output>(flow: flow, origin: Origin(node: id, output: 0))
    }

    /// Adds an operator of your own behind this stream; see ``Operator``.
    ///
    /// - Parameters:
    ///   - name: The operator's name, unique in the topology: it names the state in checkpoints.
    ///   - make: Makes one operator per parallel instance.
    @inlinable
    public func apply<Op: Operator & ~Copyable>(
        _ name: String, _ make: @escaping @Sendable () -> Op
    ) -> DataStream<Op.Output> where Op.Input == Element {
        chained("apply", name: name, isStateful: true, as: Op.Output.self) { context, port in
            OperatorBox.port(make(), context: context, to: port)
        }
    }
}

extension DataStream {
    /// The name of the operator that makes this stream.
    public var name: String { flow.name(of: origin.node) }

    /// How many parallel instances the operator that makes this stream has; by default as many as its
    /// input, or the topology's parallelism behind `keyed(by:)`.
    public func parallelism(_ count: Int) -> DataStream {
        flow.setParallelism(count, of: origin.node)
        return self
    }

    /// What the operator that makes this stream does with an element that it cannot process.
    public func onError(_ policy: ErrorPolicy) -> DataStream {
        flow.update(origin.node) { $0.errorPolicy = policy }
        return self
    }

    /// Sends the elements that the operator that makes this stream cannot process to a stream of
    /// their own, which `body` connects.
    public func deadLetters(_ body: (DataStream<DeadLetter>) -> Void) -> DataStream {
        flow.update(origin.node) { $0.errorPolicy = .deadLetter }
        body(flow.sideOutput(deadLetterOutput, of: origin.node))
        return self
    }

    /// The side output of the operator that makes this stream.
    public func sideOutput<Side: Sendable>(_ output: SideOutput<Side>) -> DataStream<Side> {
        flow.sideOutput(output, of: origin.node)
    }
}

extension OperatorBox where Op: ~Copyable {
    /// The port in front of an operator in a worker's chain.
    @inlinable
    static func port(
        _ op: consuming Op, context: OperatorContext, to output: Port<Op.Output>
    ) -> Port<Op.Input> {
        connected(op, context: context, to: output).port
    }

    /// An operator in a worker's chain.
    @inlinable
    static func connected(
        _ op: consuming Op, context: OperatorContext, to output: Port<Op.Output>
    ) -> OperatorBox {
        let box = OperatorBox(op, context: context, port: output)
        // The ports in front keep the box alive.
        box.resume = { [unowned box] in try box.work() }
        context.worker.handles.append(OperatorHandle(box))
        return box
    }

    @inlinable
    var port: Port<Op.Input> {
        Port(batch: { try self.receive(&$0) }, signal: { try self.signal($0) })
    }
}

extension OperatorHandle {
    @inlinable
    convenience init<Op: Operator & ~Copyable>(_ box: OperatorBox<Op>) {
        self.init(
            name: box.context.name, usesTicks: box.op.usesTicks, nextTick: { box.op.nextTick },
            tick: { time in if box.op.nextTick != nil { try box.signal(.tick(time)) } },
            prepare: { try box.prepareSnapshot() }, capture: { box.capture() },
            read: box.reader, restore: { try box.restore($0) }, stateCount: { box.op.stateCount },
            bufferedCount: { box.op.bufferedCount },
            readableState: { box.op.readableState() },
            readableTimers: { box.op.readableTimers() }, nextDue: { box.op.nextDue },
            visitKeyHashes: { box.op.visitKeyHashes($0) })
    }
}
