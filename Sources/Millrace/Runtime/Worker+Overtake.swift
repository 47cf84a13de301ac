extension Worker {
    /// Lets a barrier overtake what waits in the channels: hands over the state now, and what is still on its
    /// way before the barrier with it (Flink's unaligned checkpoints, FLIP-76). The stream goes on meanwhile
    /// with what it has.
    func overtake(_ barrier: Barrier, in group: inout Calls) async throws {
        try await settleWithoutRoom(in: &group)
        let start = ContinuousClock.now
        var states = try capture()
        let pause = ContinuousClock.now - start
        for lane in lanes {
            lane.push(.barrier(barrier))
            lane.flushWithoutWaiting()
        }
        context.isFull = false
        states += try await prepareSinks(for: barrier.id)
        states += try await gatherInFlight(barrier)
        checkpoints?.lastReported = barrier.id
        checkpoints?.coordinator.report(
            WorkerReport(states: states, pause: pause), of: checkpoints?.worker ?? 0,
            to: barrier.id)
    }

    /// Lets interrupted operators finish, room or not.
    private func settleWithoutRoom(in group: inout Calls) async throws {
        repeat {
            flushPartial()
            for lane in lanes { lane.flushWithoutWaiting() }
            context.isFull = false
            if context.awaitsCalls || !context.backlogs.isEmpty { try await startCalls(in: &group) }
            context.awaitsCalls = false
        } while try !context.resumeSuspended()
    }

    /// Collects the batches before the barrier, of every input on which it has not come, without processing
    /// them: they are processed afterwards, in their order.
    private func gatherInFlight(_ barrier: Barrier) async throws -> [CapturedState] {
        var batches: [Int: [any Sendable]] = [:]
        var scanned = next
        alignment.begin(barrier)
        while true {
            while scanned < messages.count {
                let message = messages[scanned]
                scanned += 1
                if alignment.isPast(message.input) { continue }
                switch message.payload {
                case .batch(let batch): batches[message.input, default: []].append(batch)
                case .barrier: alignment.arrive(barrier, on: message.input)
                case .signal(.status(.finished)): alignment.expectNothing(of: message.input)
                case .signal: break
                }
            }
            if alignment.complete() != nil { break }
            var more: [Message] = []
            if !inbox.poll(into: &more) { try await inbox.wait() }
            messages += more
            answerOnly()
        }
        // What was put aside behind the barrier comes first; no barrier is needed any more.
        let rest = messages[next...].filter {
            if case .barrier = $0.payload { false } else { true }
        }
        messages = alignment.held + rest
        alignment.held = []
        next = 0
        inbox.release()
        return captured(batches)
    }

    private func answerOnly() { for request in inbox.pollRequests() { request(self) } }

    private func captured(_ batches: [Int: [any Sendable]]) -> [CapturedState] {
        var edges: [String: (input: WorkerInput, batches: [any Sendable])] = [:]
        for (number, content) in batches.sorted(by: { $0.key < $1.key }) {
            let input = inputs[number]
            edges[input.edge, default: (input, [])].batches += content
        }
        return edges.sorted { $0.key < $1.key }.map { edge, content in
            let (encode, payloads) = (content.input.encode, content.batches)
            return CapturedState(
                name: edge, kind: .channel, instance: index, watermark: .none,
                keyCount: payloads.count, snapshot: payloads.count,
                encode: { try encode(payloads, &$0) })
        }
    }

    /// Processes what was on its way when the checkpoint was taken, before anything new.
    func processInFlight(in group: inout Calls) async throws {
        for (input, payload) in inFlight {
            try inputs[input].receive(payload)
            try await settle(in: &group)
        }
        inFlight = []
    }
}
