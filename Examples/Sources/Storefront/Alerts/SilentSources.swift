import Millrace
import Topologies

/// Sources that send nothing for longer than the rules allow, while event time goes on: each silence once,
/// as soon as the watermark shows it. The end of the input is no silence. An event's source is its property
/// `source`; events without one come from the shop itself.
func silentSources(_ events: DataStream<ShopEvent>, _ rules: AlertRules) -> DataStream<Alert> {
    // A silence of just that length is none yet.
    let gap = rules.silence + .milliseconds(1)
    return
        events
        .keyed(by: { $0.properties["source"]?.text ?? "shop" })
        .window(.session(gap: gap))
        // Where a session ends, a silence begins. What the session holds does not matter.
        .aggregate(.count(), name: "source-activity")
        .keyed(by: \.key)
        .process(
            "silences", state: Timestamp.self, output: Alert.self,
            onElement: { session, last, context in
                let end = session.window.end - gap
                // Whatever ended before another one began has a silence behind it.
                if let other = last {
                    context.emit(.silence(of: context.key, since: min(other, end), rules))
                }
                last = max(last ?? end, end)
                context.setTimer(at: end + rules.silence)
            },
            onTimer: { timer, last, context in
                guard let end = last, timer.timestamp == end + rules.silence,
                    context.watermark != .max
                else { return }
                context.emit(.silence(of: context.key, since: end, rules))
                last = nil
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
