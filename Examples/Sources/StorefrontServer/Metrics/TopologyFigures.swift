import Millrace
import Storefront

/// Writes how the topologies get on for Prometheus.
struct TopologyFigures {
    let figures: ShopFigures
    let now: Timestamp

    func write(to text: inout PrometheusText) {
        if let snapshot = figures.snapshot {
            writeOperators(snapshot.metrics.operators, to: &text)
            writeChannels(snapshot.metrics.report.channels, to: &text)
        }
        writeCheckpoints(to: &text)
    }

    private func writeOperators(_ operators: [OperatorMetrics], to text: inout PrometheusText) {
        let write = {
            (
                text: inout PrometheusText, name: String, kind: PrometheusText.Kind, help: String,
                value: (OperatorMetrics) -> Double?
            ) in
            let name = "millrace_operator_\(name)"
            text.family(name, kind, help)
            for each in operators {
                if let value = value(each) { text.sample(name, [("operator", each.name)], value) }
            }
        }
        write(&text, "received_total", .counter, "Elements that came in.") {
            Double($0.report.counters.received)
        }
        write(&text, "emitted_total", .counter, "Elements that went out.") {
            Double($0.report.counters.emitted)
        }
        write(&text, "filtered_total", .counter, "Elements left out on purpose.") {
            Double($0.report.counters.filtered)
        }
        write(&text, "late_total", .counter, "Elements that came too late.") {
            Double($0.report.counters.late)
        }
        write(&text, "failed_total", .counter, "Elements that failed.") {
            Double($0.report.counters.failed)
        }
        write(&text, "watermark_lag_seconds", .gauge, "How far event time is behind the clock.") {
            $0.watermarkLag.map { $0 / .seconds(1) }
        }
        write(&text, "busy_ratio", .gauge, "Part of the last second spent working.") {
            $0.busyShare
        }
        write(&text, "blocked_ratio", .gauge, "Part of the last second spent waiting for room.") {
            $0.blockedShare
        }
        write(&text, "state_keys", .gauge, "Keys or entries of state held.") {
            Double($0.report.stateCount)
        }
    }

    private func writeChannels(_ channels: [ChannelReport], to text: inout PrometheusText) {
        text.family("millrace_channel_fill_ratio", .gauge, "How full a channel is; 1 blocks.")
        for channel in channels {
            text.sample(
                "millrace_channel_fill_ratio",
                [
                    ("sender", channel.sender), ("receiver", channel.receiver),
                    ("instance", "\(channel.instance)"),
                ], channel.fill)
        }
    }

    private func writeCheckpoints(to text: inout PrometheusText) {
        text.family("millrace_checkpoint_failures_total", .counter, "Checkpoints not written.")
        text.sample("millrace_checkpoint_failures_total", Double(figures.checkpointFailures))
        text.family("millrace_restarts_total", .counter, "Times the topologies began again.")
        text.sample("millrace_restarts_total", Double(figures.restarts))
        guard let checkpoint = figures.checkpoint else { return }
        let gauges = [
            (
                "age_seconds", "Since the last checkpoint began.",
                (now - checkpoint.time) / .seconds(1)
            ),
            ("pause_seconds", "The longest pause for it.", checkpoint.pause / .seconds(1)),
            ("duration_seconds", "Until it was safe.", checkpoint.duration / .seconds(1)),
            ("bytes", "State that it stands for.", Double(checkpoint.bytes)),
        ]
        for (name, help, value) in gauges {
            text.family("millrace_checkpoint_\(name)", .gauge, help)
            text.sample("millrace_checkpoint_\(name)", value)
        }
    }
}
