extension Worker {
    /// Notes what the worker does from now on; costs nothing unless that changes.
    func enter(_ activity: WorkerActivity) {
        if activity == self.activity { return }
        self.activity = activity
        gauge.enter(activity)
    }

    /// Hands over what the chain has produced. While a channel has no room, the worker is blocked.
    func flushLanes() async throws {
        for lane in lanes where lane.flushIsFull() {
            let before = activity
            gauge.publish(snapshot(isStandingStill: true))
            enter(.blocked)
            try await lane.waitForRoom()
            gauge.withdraw()
            enter(before)
        }
    }

    /// Hands what the sinks have kept to the systems behind them, which may take their time.
    ///
    /// - Parameter all: Also what a sink would rather keep until it has more.
    func flushSinks(all: Bool) async throws {
        guard sinks.contains(where: { all || $0.isFull() }) else { return }
        // Once for all sinks: of a plan with dozens of operators and sinks the figures are long.
        gauge.publish(snapshot(isStandingStill: true))
        for sink in sinks where all || sink.isFull() { try await sink.flush() }
        gauge.withdraw()
    }

    /// Closes the sinks; the worker does not answer any more.
    func closeSinks() async throws {
        if sinks.isEmpty { return }
        gauge.publish(snapshot())
        for sink in sinks { try await sink.close() }
    }

    /// Answers whoever has asked for figures.
    func answer() { gauge.answer(snapshot()) }

    /// What the operators have counted, and what they hold.
    ///
    /// - Parameter isStandingStill: Leaves out what takes long to find, because nobody may want it.
    func snapshot(isStandingStill: Bool = false) -> WorkerSnapshot {
        WorkerSnapshot(
            operators: zip(operators, handlesOfOperators).map { context, handles in
                var report = OperatorReport(
                    name: context.name, counters: context.counters, watermark: context.watermark)
                for index in handles {
                    let handle = self.context.handles[index]
                    report.stateCount += handle.stateCount()
                    report.bufferedCount += handle.bufferedCount()
                    if isStandingStill { continue }
                    guard let due = handle.nextDue() else { continue }
                    report.nextDue = min(due, report.nextDue ?? .max)
                }
                return report
            },
            split: source?.report())
    }
}
