import Millrace
import Topologies

/// Sources that send nothing for longer than the rules allow, while event time goes on: each silence once,
/// as soon as the watermark shows it. The end of the input is no silence, and an event that comes behind the
/// alert changes nothing about it. An event's source is its property `source`; events without one come from
/// the shop itself. What a source did is forgotten a month behind its silence.
func silentSources(_ events: DataStream<ShopEvent>, _ rules: AlertRules) -> DataStream<Alert> {
    events
        .keyed(by: { $0.properties["source"]?.text ?? "shop" })
        // Where a session ends, a silence begins. One of just that length is none yet.
        .window(.session(gap: rules.silence + .milliseconds(1)))
        .aggregate(.maximum { $0.time }, name: "source-activity")
        .keyed(by: \.key)
        .process(
            "silences", state: SourceActivity.self, output: Alert.self,
            expiry: .eventTime(rules.silence + .days(30)),
            onElement: { session, state, context in
                let end = session.value ?? session.window.start
                var last = end
                if let before = state {
                    if before.isReported {
                        if end <= before.alarm { return }
                    } else {
                        // Of two that ended, the first has its silence behind it.
                        let first = min(before.last, end)
                        context.emit(
                            .silence(of: context.key, since: first, rules),
                            at: first + rules.silence)
                        last = max(before.last, end)
                    }
                }
                state = SourceActivity(last: last, alarm: last + rules.silence)
                context.setTimer(at: last + rules.silence)
            },
            onTimer: { timer, state, context in
                guard let silent = state, !silent.isReported, timer.timestamp == silent.alarm,
                    context.watermark != .max
                else { return }
                context.emit(.silence(of: context.key, since: silent.last, rules))
                state?.isReported = true
            })
}

extension Alert {
    fileprivate static func silence(
        of source: String, since last: Timestamp, _ rules: AlertRules
    ) -> Alert {
        let millis = Double(rules.silence.wholeMillis)
        return Alert(
            kind: .silentSource, start: last, subject: source, value: millis, expected: millis)
    }
}

/// A source's latest session that has ended.
private struct SourceActivity: Sendable, BitwiseCopyable {
    var last: Timestamp
    /// When the silence behind it is long enough.
    var alarm: Timestamp
    var isReported = false
}
