import Millrace
import Topologies

/// The additions to carts, and with each the change of the number of users: each counts once, in the minute of
/// the last addition. Remembers a pair of user and product for 25 hours.
func cartedProducts(_ events: DataStream<ShopEvent>) -> DataStream<Contribution> {
    events
        .filter(name: "additions-to-carts") { $0.type == .addToCart && $0.product != nil }
        .keyed(by: { KeyPair($0.product ?? "", $0.user) })
        .process(
            "carters", state: Timestamp.self, output: Contribution.self,
            expiry: .eventTime(.hours(25))
        ) { event, last, context in
            let product = context.key.first
            var tally = Tally(main: 1)
            if last.map({ event.time > $0 }) ?? true {
                if let last {
                    context.emit(Contribution(key: product, tally: Tally(side: -1), time: last))
                }
                tally.side = 1
                last = event.time
            }
            context.emit(Contribution(key: product, tally: tally, time: event.time))
        }
}
