/// Comes between the workers of a run and their sinks and sources, so that a simulation can make those slow
/// or let them fail. The topology and its sinks and sources are as they are.
package struct CallInterceptor: Sendable {
    /// What becomes of the next call to a sink or source of this name; `nil` if nothing is done to it. The last
    /// argument says whether the call is repeated when it fails.
    let effect: @Sendable (InterceptedCall, String, Bool) -> CallEffect?
    /// A sink of this name is told that a checkpoint is complete.
    let willCommit: @Sendable (UInt64, String) -> Void

    package init(
        effect: @escaping @Sendable (InterceptedCall, String, Bool) -> CallEffect?,
        willCommit: @escaping @Sendable (UInt64, String) -> Void
    ) {
        self.effect = effect
        self.willCommit = willCommit
    }

    static func failure(of call: InterceptedCall) -> StreamError {
        StreamError(.inputOutput, "the call to \(call) has failed: simulated failure")
    }

    /// Makes a call, or lets it fail.
    fileprivate func call<Result>(
        _ call: InterceptedCall, _ context: OperatorContext, _ body: () async throws -> Result
    ) async throws -> Result {
        let effect = effect(call, context.name, false)
        if case .takes(let duration) = effect {
            try await context.worker.timeSource.sleep(for: duration)
        }
        if effect == .fails { throw context.named(Self.failure(of: call)) }
        let result = try await body()
        if effect == .answerIsLost { throw context.named(Self.failure(of: call)) }
        return result
    }
}

extension SinkInstance {
    /// Makes a call that is repeated if it fails.
    ///
    /// A sink that is told that it failed must have kept what it was to write. So only a commit, which may
    /// be repeated, is done and reported as failed.
    func repeatable<Result>(
        _ call: InterceptedCall, _ body: () async throws -> Result
    ) async throws -> Result {
        guard let effect = interceptor?.effect(call, name, true) else { return try await body() }
        if case .takes(let duration) = effect { try await time.sleep(for: duration) }
        let isDone = call == .commit && effect == .answerIsLost
        if !isDone, effect == .fails || effect == .answerIsLost {
            throw CallInterceptor.failure(of: call)
        }
        let result = try await body()
        if isDone { throw CallInterceptor.failure(of: call) }
        return result
    }
}

// MARK: - Sinks

extension CallInterceptor {
    /// Opens a sink whose calls come through here; those that the sink itself repeats, on their way to the
    /// writer that it wraps.
    func open(
        _ body: SinkBody, _ context: OperatorContext, _ instance: SinkInstance,
        element: ElementType
    ) async throws -> OpenSink {
        let sink =
            body.repeatsCalls
            ? try await body.open(context, instance)
            : calling(
                try await call(.open, context) { try await body.open(context, instance) }, context)
        var around = writing(to: sink, context, element)
        around.commit = { [willCommit] checkpoint in
            willCommit(checkpoint, context.name)
            try await sink.commit(checkpoint)
        }
        return around
    }

    private func calling(_ sink: OpenSink, _ context: OperatorContext) -> OpenSink {
        var around = OpenSink(
            port: sink.port, isFull: sink.isFull,
            flush: { try await call(.flush, context) { try await sink.flush() } },
            close: { try await call(.close, context) { try await sink.close() } },
            prepare: { checkpoint in
                try await call(.prepare, context) { try await sink.prepare(checkpoint) }
            })
        around.commit = { checkpoint in
            try await call(.commit, context) { try await sink.commit(checkpoint) }
        }
        around.recover = { states in
            try await call(.recover, context) { try await sink.recover(states) }
        }
        return around
    }

    /// A sink whose writes come through here. A write must not wait, so a slow one makes the sink full, and
    /// the flush that follows waits.
    private func writing(
        to sink: OpenSink, _ context: OperatorContext, _ element: ElementType
    ) -> OpenSink {
        let delay = Delay()
        let port = element.intercept(sink.port) { write in
            let effect = self.effect(.write, context.name, false)
            if effect == .fails { throw context.named(Self.failure(of: .write)) }
            try write()
            if effect == .answerIsLost { throw context.named(Self.failure(of: .write)) }
            if case .takes(let duration) = effect {
                delay.left += duration
                context.worker.isFull = true
            }
        }
        var around = OpenSink(
            port: port, isFull: { delay.left > .zero || sink.isFull() },
            flush: {
                try await delay.wait(context)
                try await sink.flush()
            }, close: sink.close, prepare: sink.prepare)
        around.recover = sink.recover
        return around
    }
}

/// How long a sink or source still makes wait.
private final class Delay {
    var left = Duration.zero

    func wait(_ context: OperatorContext) async throws {
        let duration = left
        left = .zero
        if duration > .zero { try await context.worker.timeSource.sleep(for: duration) }
    }
}

// MARK: - Sources

extension CallInterceptor {
    /// Opens a split whose reads come through here. A slow one has nothing for a while, though there is more.
    func open(
        _ body: SourceBody, _ split: SourceSplit, _ place: SourcePlace, _ port: Any
    ) async throws -> OpenSource {
        let context = place.context
        let source = try await call(.openSource, context) {
            try await body.open(split, place, port)
        }
        let delay = Delay()
        return OpenSource(
            begin: source.begin, capture: source.capture,
            step: {
                if delay.left > .zero { return .waiting }
                let effect = self.effect(.read, context.name, false)
                if effect == .fails { throw context.named(Self.failure(of: .read)) }
                if case .takes(let duration) = effect {
                    delay.left = duration
                    return .waiting
                }
                let status = try source.step()
                if effect == .answerIsLost { throw context.named(Self.failure(of: .read)) }
                return status
            },
            waitForMore: { limit, time in
                if delay.left <= .zero { return try await source.waitForMore(limit, time) }
                let pause = min(limit, delay.left)
                delay.left -= pause
                try await time.sleep(for: pause)
            },
            finish: source.finish, tick: source.tick, companion: source.companion,
            report: source.report)
    }
}
