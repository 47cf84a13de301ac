import Millrace
import Topologies

/// A user who put a product into the cart.
private struct Carter: StreamKey, StateCodable {
    var product: ID
    var user: ID

    var stableHash: UInt64 { product.stableHash.combining(user.stableHash) }
}

extension Carter {
    func encode(to writer: inout StateWriter) {
        product.encode(to: &writer)
        user.encode(to: &writer)
    }

    init(from reader: inout StateReader) throws {
        product = try ID(from: &reader)
        user = try ID(from: &reader)
    }
}

/// The additions to carts, and with each the change of the number of users: each counts once, in the minute of
/// the last addition. Remembers a pair of user and product for 25 hours.
func cartedProducts(_ events: DataStream<ShopEvent>) -> DataStream<Contribution> {
    events
        .filter(name: "additions-to-carts") { $0.type == .addToCart && $0.product != nil }
        .keyed(by: { Carter(product: $0.product ?? "", user: $0.user) })
        .process(
            "carters", state: Timestamp.self, output: Contribution.self,
            expiry: .eventTime(.hours(25))
        ) { event, last, context in
            let product = context.key.product
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
