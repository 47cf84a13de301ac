import Millrace
import Topologies

/// Sources that send nothing for longer than the rules allow, while event time goes on: each silence once,
/// as soon as the watermark shows it. The end of the input is no silence. An event's source is its property
/// `source`; events without one come from the shop itself.
func silentSources(_ events: DataStream<ShopEvent>, _ rules: AlertRules) -> DataStream<Alert> {
    events
        .map(name: "source-marks") {
            SourceMark(source: $0.properties["source"]?.text ?? "shop", time: $0.time)
        }
        // Out of order, the events on both sides of one that comes later would look like a silence.
        .inEventTimeOrder(name: "source-marks-in-order").parallelism(1)
        .keyed(by: \.source)
        .process(
            "silent-sources", state: SourceActivity.self, output: Alert.self,
            onElement: { event, state, context in
                if let before = state {
                    if event.time <= before.last { return }
                    if event.time - before.last > rules.silence, !before.isReported {
                        context.emit(.silence(of: context.key, since: before.last, rules))
                    }
                }
                // Else the timer of an earlier event stands: it is put off when it fires, not by every event.
                if state?.isReported ?? true { context.setTimer(at: event.time + rules.silence) }
                state = SourceActivity(last: event.time)
            },
            onTimer: { timer, state, context in
                guard let silent = state, context.watermark != .max else { return }
                let due = silent.last + rules.silence
                if timer.timestamp < due { return context.setTimer(at: due) }
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

/// That a source has sent something.
private struct SourceMark: Sendable {
    var source: String
    var time: Timestamp
}

extension SourceMark: StateCodable {
    func encode(to writer: inout StateWriter) {
        writer.write(source)
        writer.write(time.millis)
    }

    init(from reader: inout StateReader) throws {
        source = try reader.read(String.self)
        time = Timestamp(millis: try reader.read(Int64.self))
    }
}

private struct SourceActivity: Sendable, BitwiseCopyable {
    var last: Timestamp
    var isReported = false
}
