import Millrace

/// Windows with more events than those before them suggest. A window without an event counts as one of
/// zero.
func trafficSpikes(_ events: DataStream<ShopEvent>, _ rules: AlertRules) -> DataStream<Alert> {
    events
        .keyed(by: { _ in 0 })
        .window(.tumbling(rules.trafficWindow))
        .aggregate(.count(), name: "traffic")
        .keyed(by: \.key)
        .process("traffic-baseline", state: TrafficSeries.self, output: Alert.self) {
            traffic, state, context in
            var series = state ?? TrafficSeries()
            series.skip(to: traffic.window.start, rules)
            let count = Double(traffic.value)
            if let (mean, deviation) = series.baseline.moments(limit: rules.baselineWindows),
                count > mean + rules.sigma * deviation, count - mean >= rules.minimumExcess
            {
                context.emit(
                    Alert(
                        kind: .trafficSpike, start: traffic.window.start, value: count,
                        expected: mean))
            }
            series.append(count, endingAt: traffic.window.end, rules)
            state = series
        }
}

/// The counts of the windows so far, without holes.
private struct TrafficSeries: Sendable, Codable {
    var baseline = MovingBaseline()
    private var end: Timestamp?

    mutating func append(_ count: Double, endingAt end: Timestamp, _ rules: AlertRules) {
        baseline.append(count, limit: rules.baselineWindows)
        self.end = end
    }

    /// Fills in the windows without an event; of a long pause only as many as the baseline has.
    mutating func skip(to start: Timestamp, _ rules: AlertRules) {
        guard let end else { return }
        let missing = (start - end).wholeMillis / max(1, rules.trafficWindow.wholeMillis)
        for _ in 0..<min(max(0, missing), Int64(rules.baselineWindows)) {
            baseline.append(0, limit: rules.baselineWindows)
        }
    }
}
