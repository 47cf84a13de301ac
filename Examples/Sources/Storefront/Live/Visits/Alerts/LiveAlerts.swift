import Millrace

/// The last alerts of a kind.
private let alertLimit = 250

/// Keeps the last 250 alerts of each kind, and writes all of them to a file, once each.
func liveAlerts(_ alerts: DataStream<Alert>, _ configuration: ShopConfiguration) throws {
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
    let records = alerts.map(name: "shop-alerts") { ShopAlert(alert: $0) }
    records.sink(.jsonLines("\(configuration.archivePath)/alerts.jsonl"), name: "alerts.jsonl")
    if let address = configuration.alertWebhook {
        records.sink(try AlertWebhook(address, by: configuration.post), name: "alert-webhook")
    }
}
