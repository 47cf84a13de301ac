/// One window of one key: what it holds, and when it is to be looked at.
@usableFromInline
struct WindowState<Accumulator: Sendable>: Sendable {
    @usableFromInline var window: Window
    @usableFromInline var accumulator: Accumulator
    /// Elements since the window last fired; 0 means that there is nothing new to emit.
    @usableFromInline var unfired: Int
    /// Elements in the accumulator: all, or since the last firing if firing discards.
    @usableFromInline var held: Int
    /// Whether the watermark has passed the window's end and the window has fired for it.
    @usableFromInline var hasEnded = false
    /// The next firing of a continuous trigger in event time.
    @usableFromInline var nextEventFire = Int64.max
    /// The next firing in processing time.
    @usableFromInline var nextProcessingFire = Int64.max

    @inlinable
    init(window: Window, accumulator: Accumulator) {
        self.window = window
        self.accumulator = accumulator
        unfired = 0
        held = 0
    }
}

/// The windows of one key: nearly always one, which is held in place.
@usableFromInline
struct WindowSet<Accumulator: Sendable>: Sendable {
    @usableFromInline var first: WindowState<Accumulator>?
    @usableFromInline var others: [WindowState<Accumulator>] = []
    /// When the key is to be looked at next, in event time and in processing time.
    @usableFromInline var checkAt = Int64.max
    @usableFromInline var processingCheckAt = Int64.max

    @inlinable
    init() {}

    @inlinable
    var isEmpty: Bool { first == nil }

    @inlinable
    var count: Int { first == nil ? 0 : 1 + others.count }

    /// Every window, in the order in which they were opened.
    @inlinable
    var all: [WindowState<Accumulator>] { (first.map { [$0] } ?? []) + others }

    /// The span of the window at `index`.
    @inlinable @inline(__always)
    func window(at index: Int) -> Window {
        if index > 0 { return others[index - 1].window }
        return first?.window ?? .global
    }

    /// Changes the window at `index` in place. (A `_modify` accessor would allocate its frame.)
    @inlinable @inline(__always)
    mutating func update<Result>(
        _ index: Int, _ body: (inout WindowState<Accumulator>) throws -> Result
    ) rethrows -> Result {
        if index > 0 { return try body(&others[index - 1]) }
        guard first != nil else { preconditionFailure("an empty set has no window") }
        return try body(&first!)
    }

    @inlinable
    mutating func append(_ state: WindowState<Accumulator>) {
        if first == nil { first = state } else { others.append(state) }
    }

    @inlinable
    @discardableResult
    mutating func remove(at index: Int) -> WindowState<Accumulator>? {
        if index > 0 { return others.remove(at: index - 1) }
        defer { first = others.isEmpty ? nil : others.removeFirst() }
        return first
    }
}
