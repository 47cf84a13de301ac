import Millrace
import Topologies

/// Where a key of a ranking stands after a change.
struct RankChange: Sendable {
    var kind: RankingKind
    var key: ID
    /// With everything that has come.
    var now: Standing
    /// Only when a minute has ended: where it stood then.
    var closed: Closed?

    struct Closed: Sendable {
        /// The minute that began then.
        var minute: Int32
        var standing: Standing
    }
}

/// Counts per key over the last hour or day, and tells every change: at once when something counts, and at the
/// end of each minute in which something has counted or left.
///
/// The state of a key is gone when its last pane has left.
func rollingCounts(
    _ contributions: DataStream<Contribution>, _ kind: RankingKind,
    _ configuration: ShopConfiguration, name: String
) -> DataStream<RankChange> {
    let rules = kind.rules(configuration)
    return
        contributions
        .keyed(by: { $0.key })
        .process(
            name, state: RollingCount.self, output: RankChange.self,
            onElement: { contribution, count, context in
                let open = RollingRules.openMinute(at: context.watermark)
                if count == nil { count = RollingCount() }
                let counts =
                    count?.add(
                        contribution.tally, at: contribution.time, open: open, rules: rules)
                    ?? false
                guard counts else {
                    if count?.panes.isEmpty == true { count = nil }
                    return
                }
                let minute = RollingRules.minute(of: contribution.time)
                if let wake = count?.nextWake(open: open, after: minute, rules: rules) {
                    context.setTimer(at: RollingRules.end(before: wake))
                }
                guard let now = count?.standing(rules) else { return }
                context.emit(RankChange(kind: kind, key: context.key, now: now))
            },
            onTimer: { timer, count, context in
                let minute = RollingRules.minute(of: timer.timestamp) + 1
                // Another timer has been there in the meantime, or will be.
                guard var closing = count, closing.wake == minute else { return }
                closing.close(at: minute, rules: rules)
                if closing.wake < .max {
                    context.setTimer(at: RollingRules.end(before: closing.wake))
                }
                context.emit(
                    RankChange(
                        kind: kind, key: context.key, now: closing.standing(rules),
                        closed: RankChange.Closed(
                            minute: minute,
                            standing: closing.standing(before: minute, rules))))
                count = closing.panes.isEmpty ? nil : closing
            })
}
