/// Holds an operator in a worker's chain: counts, flushes, forwards signals, and takes up again what
/// could not be finished because the output was full.
@usableFromInline
final class OperatorBox<Op: Operator & ~Copyable> {
    @usableFromInline var op: Op
    @usableFromInline var output: Emitter<Op.Output>
    @usableFromInline let context: OperatorContext
    /// Signals that wait for the first of them to be finished.
    @usableFromInline var pending: [Signal] = []
    /// ``work()``, specialised: a method behind a protocol would not be.
    @usableFromInline var resume: () throws -> Progress = { .done }

    @inlinable
    init(_ op: consuming Op, context: OperatorContext, port: Port<Op.Output>) {
        self.op = op
        self.context = context
        output = Emitter(port: port, context: context)
    }

    @inlinable
    func receive(_ batch: inout Batch<Op.Input>) throws {
        if !pending.isEmpty { try finishPending() }
        context.counters.received &+= batch.count
        do {
            try op.process(&batch, into: &output)
        } catch {
            throw context.named(error)
        }
        try output.flush()
        try context.flushSides()
    }

    /// Changes the operator by `count` values that are not of its input's type and cause no output.
    @inlinable
    func receive(count: Int, _ change: (inout Op) -> Void) throws {
        if !pending.isEmpty { try finishPending() }
        context.counters.received &+= count
        change(&op)
    }

    @inlinable
    func signal(_ signal: Signal) throws {
        pending.append(signal)
        if pending.count == 1, try work() == .more { context.worker.suspended.append(resume) }
    }

    /// Finishes the signals that wait for room, room or not: elements that come in the same turn, as they do
    /// from a source that says a watermark after every element, must not overtake them. What waits for an
    /// asynchronous call goes on waiting.
    @inlinable @inline(never)
    func finishPending() throws {
        repeat {
            context.worker.isFull = false
            if try work() == .done { break }
        } while context.worker.isFull
        context.worker.isFull = true
    }

    /// Works off the pending signals as far as the output has room.
    @inlinable
    func work() throws -> Progress {
        while let signal = pending.first {
            if try handle(signal) == .more {
                try output.flush()
                try context.flushSides()
                return .more
            }
            try output.flush()
            try context.flushSides()
            try output.port.signal(signal)
            try context.signalSides(signal)
            pending.removeFirst()
        }
        return .done
    }

    @inlinable
    func handle(_ signal: Signal) throws -> Progress {
        do {
            switch signal {
            case .watermark(let watermark):
                // Behind a restart, an input may say again what the operator has seen.
                if watermark <= context.lastWatermark { return .done }
                let progress = try op.advance(to: watermark, into: &output)
                if progress == .done { context.lastWatermark = watermark }
                return progress
            case .tick(let time):
                return try op.tick(at: time, into: &output)
            case .status(let status):
                return try op.changeStatus(to: status, into: &output)
            }
        } catch {
            throw context.named(error)
        }
    }
}

extension OperatorBox where Op: ~Copyable {
    /// Emits what should not be part of a snapshot.
    @inlinable
    func prepareSnapshot() throws {
        do { try op.prepareSnapshot(into: &output) } catch { throw context.named(error) }
        try output.flush()
        try context.flushSides()
    }

    /// The operator's state now, between two messages.
    @inlinable
    func capture() -> CapturedState {
        let snapshot = op.snapshot()
        return CapturedState(
            name: context.name, kind: .operator, instance: context.index,
            watermark: context.lastWatermark, keyCount: op.stateCount, snapshot: snapshot,
            encode: { try $0.write(value: snapshot) })
    }

    /// Reads the state of earlier instances. Touches nothing of the operator, so the states of all operators of
    /// a worker can be read at the same time.
    ///
    /// Where a barrier has overtaken what was on its way, each instance had come so far on its own. So one that
    /// is keyed takes over nothing, neither time nor what has fired, from those whose keys it does not own.
    @inlinable
    var reader: @Sendable ([RestoredState]) throws -> any Sendable {
        let (ownership, isKeyed) = (context.ownership.takenOver, context.isKeyed)
        return { all in
            let states = isKeyed ? ownership.earlierInstances(all) : all
            return RestoredSnapshots(
                snapshots: try states.map {
                    try $0.snapshot(as: Op.Snapshot.self, owning: ownership)
                }, watermark: states.map(\.watermark).min() ?? .none)
        }
    }

    /// Takes over what ``reader`` has read; time does not go back.
    @inlinable
    func restore(_ read: Result<any Sendable, any Error>) throws {
        do {
            let restored = erased(RestoredSnapshots<Op.Snapshot>.self, try read.get())
            try op.restore(restored.snapshots, owning: context.ownership.takenOver)
            context.lastWatermark = restored.watermark
        } catch { throw context.named(error) }
    }
}

extension OperatorContext {
    /// The error with the operator's name, unless it has one.
    @usableFromInline @inline(never)
    func named(_ error: any Error) -> any Error {
        guard var named = error as? StreamError else {
            return StreamError(
                .operatorFailed, "the operator failed", operatorName: name, cause: error)
        }
        if named.operatorName == nil { named.operatorName = name }
        return named
    }
}
