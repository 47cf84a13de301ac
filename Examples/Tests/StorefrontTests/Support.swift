import Millrace
import MillraceTesting
import Storefront
import Topologies

/// An event `second` seconds after 1970.
func event(
    _ type: EventType, _ user: ID = "u", _ product: ID? = "p", at second: Double,
    page: String? = nil, id: String? = nil, session: ID? = nil, category: String? = nil,
    price: Int64? = nil, quantity: Int? = nil, properties: EventProperties = [:]
) -> ShopEvent {
    ShopEvent(
        id: id, type, user: user, session: session, product: product, category: category,
        price: price.map { Money(thousandths: $0) }, quantity: quantity, page: page,
        time: Timestamp(millis: Int64(second * 1000)), properties: properties)
}

/// What a topology makes of events, each a batch of its own; with `restores`, all state is taken, destroyed
/// and restored behind each.
func results<Output: Sendable>(
    of events: [ShopEvent], parallelism: Int = 1, restores: Bool = false,
    _ build: @escaping (DataStream<ShopEvent>) throws -> DataStream<Output>
) async throws -> [Output] {
    let driver = try await TopologyDriver<ShopEvent, Output>(parallelism: parallelism, build)
    for event in events {
        try driver.send(event, at: event.time.millis)
        try driver.advance(to: event.time.millis - 1)
        if restores { try await driver.snapshotAndRestore() }
    }
    try driver.finish()
    return driver.takeOutput()
}
