import Millrace

/// The last alerts of a kind.
private let alertLimit = 250

/// Keeps the last 250 alerts of each kind, and writes all of them to a file, once each.
///
/// The file is what ``AlertWebhook`` posts.
func liveAlerts(_ alerts: DataStream<Alert>, _ configuration: ShopConfiguration) {
    alerts
        .keyed(by: \.kind.rawValue)
        .process("recent-alerts", state: [Alert].self, output: Never.self) { alert, recent, _ in
            var last = recent ?? []
            recent = nil
            if last.count == alertLimit { last.removeFirst() }
            last.append(alert)
            recent = last
        }
        .forEach(name: "alerts-kept") { _, _ in }
    alerts.map(name: "shop-alerts") { ShopAlert(alert: $0) }
        .sink(.jsonLines("\(configuration.archivePath)/alerts.jsonl"), name: "alerts.jsonl")
}
