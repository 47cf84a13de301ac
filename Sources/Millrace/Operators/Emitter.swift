/// An operator's output: gathers elements into batches and pushes full ones downstream.
public struct Emitter<Output: Sendable> {
    @usableFromInline var batch = Batch<Output>()
    @usableFromInline let port: Port<Output>
    /// The operator's name, counters and clock.
    public let context: OperatorContext

    @inlinable
    init(port: Port<Output>, context: OperatorContext) {
        self.port = port
        self.context = context
    }

    /// Sends one element with its event time.
    @inlinable @inline(__always)
    public mutating func emit(_ element: consuming Output, at timestamp: Timestamp) throws {
        batch.append(element, at: timestamp)
        if batch.count >= batchCapacity { try flush() }
    }

    /// Sends one element to a side output. It is dropped if nobody connected that output.
    @inlinable
    public func emit<Element: Sendable>(
        _ element: Element, at timestamp: Timestamp, to output: SideOutput<Element>
    ) throws {
        try context.emit(element, at: timestamp, toSide: output)
    }

    /// Sends a whole batch, after what was emitted before. The batch's storage may be taken.
    @inlinable
    public mutating func forward(_ other: inout Batch<Output>) throws {
        try flush()
        if other.isEmpty { return }
        context.counters.emitted &+= other.count
        try port.receive(&other)
    }

    /// Whether the worker's output has no room: an operator that fires many results should return
    /// ``Progress/more`` and go on when it is called again.
    @inlinable
    public var isFull: Bool { context.worker.isFull }

    /// How many elements have been gathered and not been pushed yet.
    @inlinable
    var pendingCount: Int { batch.count }

    /// Pushes what has been gathered.
    @inlinable @inline(never)
    mutating func flush() throws {
        if batch.isEmpty { return }
        context.counters.emitted &+= batch.count
        try port.receive(&batch)
        batch.removeAll()
    }
}
