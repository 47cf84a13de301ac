import Millrace

/// Windows in which far fewer users bought than in those before. Windows with too few users to tell are
/// left out, of the baseline as well.
func conversionDrops(_ events: DataStream<ShopEvent>, _ rules: AlertRules) -> DataStream<Alert> {
    conversions(events, every: rules.conversionWindow, name: "conversion-rate")
        .filter(name: "windows-with-users") { $0.users >= rules.minimumUsers }
        .keyed(by: { _ in 0 })
        .process("conversion-baseline", state: MovingBaseline.self, output: Alert.self) {
            window, state, context in
            var baseline = state ?? MovingBaseline()
            if let (mean, deviation) = baseline.moments(limit: rules.conversionBaseline),
                window.rate < mean - rules.sigma * deviation
            {
                context.emit(
                    Alert(
                        kind: .conversionDrop, start: window.window.start, value: window.rate,
                        expected: mean))
            }
            baseline.append(window.rate, limit: rules.conversionBaseline)
            state = baseline
        }
}
