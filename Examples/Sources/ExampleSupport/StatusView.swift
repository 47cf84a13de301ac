public import Millrace

/// How a running topology gets on, in a few lines of text.
public struct StatusView: Sendable {
    /// How many characters a line may have.
    let width: Int

    public init(width: Int) { self.width = width }

    /// Draws the status twice a second until the topology ends.
    static func follow(_ running: RunningTopology, on screen: StatusScreen) async {
        for await metrics in running.metrics(every: .milliseconds(500)) {
            screen.show(StatusView(width: StatusScreen.width).lines(for: metrics))
        }
        screen.show([])
    }

    /// The input, the whole, and a line for each of the first operators.
    public func lines(for metrics: RunMetrics) -> [String] {
        // The halves of operators that run in front of an exchange say nothing of their own.
        let operators = metrics.operators.filter { !$0.name.hasSuffix(" (send)") }.prefix(10)
        let nameWidth = operators.map(\.name.count).max() ?? 0
        let lines =
            [input(metrics), whole(metrics.report)]
            + operators.map { line(for: $0, nameWidth: nameWidth) }
        // A line that the terminal breaks would be two.
        return lines.map { String($0.prefix(max(1, width - 1))) }
    }

    private func input(_ metrics: RunMetrics) -> String {
        let sources = Set(metrics.report.splits.map(\.source))
        let figures = metrics.operators.filter { sources.contains($0.name) }
        let count = figures.reduce(0) { $0 + $1.report.counters.received }
        let rate = figures.reduce(0) { $0 + $1.receivedPerSecond }
        let events = "\(grouped(count)) events  \(grouped(Int(rate)))/s"
        guard let progress = metrics.report.progress else { return events }
        return "\(bar(progress)) \(percent(progress))  \(events)"
    }

    private func bar(_ progress: Double) -> String {
        let length = 24
        let filled = Int(Double(length) * min(max(progress, 0), 1))
        return "[" + String(repeating: "#", count: filled)
            + String(repeating: "-", count: length - filled) + "]"
    }

    private func whole(_ report: RunReport) -> String {
        let operators = report.operators.filter { !$0.name.hasSuffix(" (send)") }
        let sources = Set(report.splits.map(\.source))
        // How far all operators have come.
        let least = operators.filter { !sources.contains($0.name) }.map(\.watermark).min() ?? .none
        let watermark = least == .max ? "at the end" : "\(least)"
        let sum = { (figure: (OperatorReport) -> Int) in
            grouped(operators.reduce(0) { $0 + figure($1) })
        }
        return "watermark \(watermark)  late \(sum { $0.counters.late })  "
            + "failed \(sum { $0.counters.failed })  state \(sum { $0.stateCount })"
    }

    private func line(for figures: OperatorMetrics, nameWidth: Int) -> String {
        let name = figures.name.padding(to: nameWidth)
        return "  \(name)  busy \(percent(figures.busyShare))  "
            + "blocked \(percent(figures.blockedShare))  "
            + "\(grouped(Int(figures.receivedPerSecond)))/s in  "
            + "\(grouped(Int(figures.emittedPerSecond)))/s out"
    }

    private func percent(_ share: Double) -> String {
        let text = "\(Int((share * 100).rounded())) %"
        return String(repeating: " ", count: max(0, 5 - text.count)) + text
    }

    /// The digits in groups of three.
    private func grouped(_ number: Int) -> String {
        var text = ""
        for (index, digit) in String(number).reversed().enumerated() {
            if index > 0, index % 3 == 0, digit != "-" { text.append(",") }
            text.append(digit)
        }
        return String(text.reversed())
    }
}

extension String {
    fileprivate func padding(to length: Int) -> String {
        self + String(repeating: " ", count: max(0, length - count))
    }
}
