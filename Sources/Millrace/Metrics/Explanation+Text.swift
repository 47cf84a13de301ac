extension Explanation: CustomStringConvertible {
    public var description: String {
        let parts = operators.map(\.description) + [backPressure] + sinks.map(describe)
        return (parts + [checkpointText]).joined(separator: "\n")
    }

    private var backPressure: String {
        if bottlenecks.isEmpty { return "No channel is full: nothing waits for a slower operator." }
        return bottlenecks.map(\.description).joined(separator: "\n")
    }

    private func describe(_ sink: SinkExplanation) -> String {
        let promise =
            switch (sink.delivery, checkpoints) {
            case (.atLeastOnce, _):
                "writes at least once: after a failure, a result may come again."
            case (.idempotent, _):
                "is idempotent: after a failure, a result may come again and replaces the earlier one."
            case (.transactional, .off):
                "is transactional, but without checkpoints it publishes as it goes."
            case (.transactional, _):
                "is transactional: a result becomes visible once, when the checkpoint that covers it is "
                    + "complete."
            }
        return "The sink '\(sink.name)' \(promise)"
    }

    private var checkpointText: String {
        switch checkpoints {
        case .off: "No checkpoints are taken: after a crash the topology begins anew."
        case .onDemand: "Checkpoints are taken when asked for, and at the end."
        case .every(let interval): "A checkpoint is taken every \(interval.brief)."
        }
    }
}

extension OperatorExplanation: CustomStringConvertible {
    public var description: String {
        var sentences: [String] = []
        switch watermark {
        case .none: sentences.append("There is no watermark yet.")
        case .max: sentences.append("The watermark says that the input has ended.")
        default:
            let lag = lag.map {
                $0 >= .zero ? "\($0.brief) behind" : "\((.zero - $0).brief) ahead of"
            }
            sentences.append("The watermark is \(watermark), \(lag ?? "level with") the clock.")
        }
        if let text = hold.description { sentences.append(text) }
        if let nextDue, nextDue != .max {
            let distance = distanceToNextDue.map { ", another \($0.brief) of event time" } ?? ""
            sentences.append("It fires next when the watermark reaches \(nextDue)\(distance).")
        } else if nextDue == .max {
            sentences.append("It fires when the input ends.")
        }
        if stateCount > 0 { sentences.append("It holds \(stateCount) entries of state.") }
        sentences.append("Its workers are \(times.brief).")
        return "\(name): \(label)\n  " + sentences.joined(separator: " ")
    }
}

extension WatermarkHold {
    /// A sentence; none where nothing is held back.
    fileprivate var description: String? {
        switch self {
        case .split(let split, let reason):
            "Split '\(split.id)' of '\(split.source)' holds it back: \(reason.text(for: split))."
        case .inTransit(let queued):
            "A later one is on its way, behind \(queued) queued messages."
        case .allIdle: "All splits are idle, so none holds it back and none moves it."
        case .ended: nil
        case .noSource: "No source leads here."
        }
    }
}

extension WatermarkHold.Reason {
    fileprivate func text(for split: SplitReport) -> String {
        switch self {
        case .noWatermarks: "its strategy gives no watermark before the end of the input"
        case .nothingYet(let silence):
            "it has delivered nothing that moves the watermark for \(silence.brief)\(advice(split))"
        case .silent(let silence):
            "it has delivered nothing for \(silence.brief)\(advice(split)); \(position(split))"
        case .blocked: "it waits for room, because a later operator is slower"
        case .paused: "it waits for slower splits of its source"
        case .behind(let distance):
            "it is \(distance.brief) behind the next split; \(position(split))"
        case .strategy: "it is as far as its strategy allows; \(position(split))"
        }
    }

    private func advice(_ split: SplitReport) -> String {
        split.idleAfter.map { ", and counts as idle after \($0.brief)" }
            ?? ", and its strategy never counts it as idle"
    }

    private func position(_ split: SplitReport) -> String {
        let newest = "the newest event is at \(split.newest)"
        let heldBack =
            split.heldBackCount == 0
            ? "" : ", and \(split.heldBackCount) events too far ahead do not count"
        switch split.rule {
        case .bounded(let bound):
            return "\(newest), and later ones may be \(bound.brief) out of order\(heldBack)"
        case .custom: return "\(newest), and the watermark follows a rule of its own\(heldBack)"
        case .processingTime: return "the watermark follows the clock"
        case .none: return newest
        }
    }
}

extension Bottleneck: CustomStringConvertible {
    public var description: String {
        let others = chain.filter { $0 != name }
        let with = others.isEmpty ? "" : " (or \(quoted(others)) in the same workers)"
        return
            "Back-pressure comes from '\(name)'\(with): its input is full and it has room to send. "
            + "It keeps \(quoted(slows)) waiting, and its workers are \(times.brief)."
    }

    private func quoted(_ names: [String]) -> String {
        names.map { "'\($0)'" }.joined(separator: ", ")
    }
}

extension WorkerTimes {
    /// Such as `busy 40 %, blocked 10 %, idle 50 %`.
    fileprivate var brief: String {
        let percent = { (activity: WorkerActivity) in
            "\(Int((share(of: activity) * 100).rounded())) %"
        }
        return "busy \(percent(.busy)), blocked \(percent(.blocked)), idle \(percent(.idle))"
    }
}

extension Duration {
    /// Two to three digits and a unit, such as `12.3 s`, rounded down.
    var brief: String {
        let millis = wholeMillis
        return switch millis {
        case ..<1000: "\(millis) ms"
        case ..<120_000: "\(millis / 1000).\(millis / 100 % 10) s"
        case ..<7_200_000: "\(millis / 60_000) min"
        case ..<172_800_000: "\(millis / 3_600_000) h"
        default: "\(millis / 86_400_000) d"
        }
    }
}
