extension Worker {
    /// The same as ``settle(isIdle:in:)`` where nothing is left to do, which is nearly always so: a call that
    /// may suspend costs as much as a few dozen elements.
    /// - Returns: Whether that was so.
    func settlesAtOnce() -> Bool {
        if !egresses.isEmpty, linger.isOver(context.timeSource) { flushPartial() }
        if !context.suspended.isEmpty || !context.backlogs.isEmpty { return false }
        for lane in lanes where !lane.isEmpty { return false }
        for sink in sinks where sink.isFull() { return false }
        context.isFull = false
        return checkpoints?.overtaking == nil
    }

    /// Hands over what the chain has produced and lets interrupted operators go on, until nothing is
    /// left to do.
    func settle(isIdle: Bool = false, in group: inout Calls) async throws {
        if isIdle { flushPartial() }
        while true {
            if let barrier = checkpoints?.overtaking, isAwaited(barrier) {
                for lane in lanes { lane.flushWithoutWaiting() }
            } else {
                try await flushLanes()
                // An answer may be the result that was waited for.
                if try answerRequests() { context.awaitsCalls = false }
            }
            try await flushSinks(all: isIdle)
            context.isFull = false
            if !context.backlogs.isEmpty { try await startCalls(in: &group) }
            if context.suspended.isEmpty {
                // Results of calls that have just come are not held back either.
                if isIdle { flushPartial() }
                if !isIdle || lanes.allSatisfy(\.isEmpty) { return }
                continue
            }
            context.awaitsCalls = false
            if try context.resumeSuspended(), isIdle { flushPartial() }
        }
    }

    /// Starts the calls that may begin, and waits for results as long as the stream must.
    func startCalls(in group: inout Calls) async throws {
        repeat {
            let inbox = inbox
            for call in context.calls { group.addTask { await call(inbox) } }
            context.calls = []
            if context.awaitsCalls || context.backlogs.contains(where: { $0() }) {
                try await inbox.waitForRequest()
                context.awaitsCalls = false
            }
            try answerRequests()
        } while !context.calls.isEmpty || context.backlogs.contains { $0() }
    }

    /// The same for a driver that runs all workers in turn on one task. What waits for asynchronous calls
    /// goes on waiting.
    func settleWithoutWaiting() throws {
        repeat {
            flushPartial()
            for lane in lanes { lane.flushWithoutWaiting() }
            context.isFull = false
            context.awaitsCalls = false
        } while try !(context.resumeSuspended() || context.awaitsCalls)
            || lanes.contains { !$0.isEmpty }
    }

    /// Makes the asynchronous calls that have been asked for, one after the other.
    func makeCalls() async throws {
        let calls = context.calls
        context.calls = []
        for call in calls {
            await call(inbox)
            try answerRequests()
        }
    }
}
