public import Metrics
import Synchronization

/// Keeps what programs record through swift-metrics, and writes it for Prometheus.
///
/// Give it to `MetricsSystem.bootstrap` to have what other packages record as well. Names become what
/// Prometheus takes: `http.requests` is `http_requests_total` if it counts, and durations end in `_seconds`.
/// What is made twice under a name with the same labels is one.
public final class PrometheusMetrics: MetricsFactory {
    private enum Cell {
        case counter(CounterCell)
        case gauge(GaugeCell)
        case histogram(HistogramCell)
    }

    private struct Family {
        var kind: PrometheusText.Kind
        var cells: [[String]: Cell] = [:]
    }

    private let families = Mutex<[String: Family]>([:])

    public init() {}

    // MARK: - Making

    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        counter(label, dimensions)
    }

    public func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler { counter(label, dimensions) }

    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        gauge(label, dimensions)
    }

    public func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        guard aggregate else { return gauge(label, dimensions) }
        return histogram(label, dimensions, bounds: HistogramCell.quantities)
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        let name = label.hasSuffix("seconds") ? label : label + "_seconds"
        return histogram(name, dimensions, bounds: HistogramCell.seconds)
    }

    public func destroyCounter(_ handler: any CounterHandler) {}
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    public func destroyMeter(_ handler: any MeterHandler) {}
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    public func destroyTimer(_ handler: any TimerHandler) {}

    private func counter(_ label: String, _ dimensions: [(String, String)]) -> CounterCell {
        let name = label.hasSuffix("_total") ? label : label + "_total"
        let made = cell(name, .counter, dimensions) { .counter(CounterCell()) }
        guard case .counter(let cell) = made else { return CounterCell() }
        return cell
    }

    private func gauge(_ label: String, _ dimensions: [(String, String)]) -> GaugeCell {
        let made = cell(label, .gauge, dimensions) { .gauge(GaugeCell()) }
        guard case .gauge(let cell) = made else { return GaugeCell() }
        return cell
    }

    private func histogram(
        _ label: String, _ dimensions: [(String, String)], bounds: [Double]
    ) -> HistogramCell {
        let made = cell(label, .histogram, dimensions) {
            .histogram(HistogramCell(bounds: bounds))
        }
        guard case .histogram(let cell) = made else { return HistogramCell(bounds: bounds) }
        return cell
    }

    /// The cell of a name and labels. A name that is taken by another kind has the kind added to it.
    private func cell(
        _ label: String, _ kind: PrometheusText.Kind, _ dimensions: [(String, String)],
        _ make: () -> Cell
    ) -> Cell {
        var labels: [String: String] = [:]
        for (name, value) in dimensions { labels[PrometheusText.labelName(name)] = value }
        let key = labels.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] }
        return families.withLock { families in
            var name = PrometheusText.name(label)
            if let taken = families[name], taken.kind != kind { name += "_\(kind.rawValue)" }
            var family = families[name] ?? Family(kind: kind)
            let cell = family.cells[key] ?? make()
            family.cells[key] = cell
            families[name] = family
            return cell
        }
    }

    // MARK: - Writing

    /// Writes everything, by name.
    func write(to text: inout PrometheusText) {
        for (name, family) in families.withLock({ $0 }).sorted(by: { $0.key < $1.key }) {
            text.family(name, family.kind)
            for (key, cell) in family.cells.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) })
            {
                let labels = stride(from: 0, to: key.count, by: 2).map { (key[$0], key[$0 + 1]) }
                switch cell {
                case .counter(let cell): text.sample(name, labels, cell.value)
                case .gauge(let cell): text.sample(name, labels, cell.value)
                case .histogram(let cell): write(name, labels, cell, to: &text)
                }
            }
        }
    }

    private func write(
        _ name: String, _ labels: [(String, String)], _ cell: HistogramCell,
        to text: inout PrometheusText
    ) {
        let values = cell.values
        var count = 0
        for (bound, bucket) in zip(cell.bounds + [.infinity], values.counts) {
            count += bucket
            text.sample(
                "\(name)_bucket", labels + [("le", PrometheusText.number(bound))], Double(count))
        }
        text.sample("\(name)_sum", labels, values.sum)
        text.sample("\(name)_count", labels, Double(count))
    }
}
