import Millrace
import Topologies

/// What each user has looked at last. A history that is not touched for 90 days is forgotten.
func liveHistories(_ events: DataStream<ShopEvent>) {
    let histories =
        events
        .filter(name: "history-changes") {
            $0.product != nil && ($0.type == .view || $0.type == .purchase || !$0.type.isPublic)
        }
        .keyed(by: { $0.user })
        .process(
            "history", state: VisitorHistory.self, output: Int.self, expiry: .eventTime(.days(90))
        ) { event, history, _ in
            guard let product = event.product else { return }
            var touch = VisitorHistory.Touch(
                product: product, category: event.category, time: event.time)
            if history == nil { history = VisitorHistory() }
            switch event.type {
            case .purchase: history?.buy(touch)
            case .forget:
                touch.isDeleted = true
                history?.touch(touch)
            default: history?.touch(touch)
            }
        }
    histories.forEach(name: "histories") { _, _ in }
}
