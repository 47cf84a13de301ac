public import Millrace
public import Topologies

/// How often a product was put into a cart, and by how many users.
public struct CartedProduct: Sendable, Equatable, JSONEncodableRecord {
    public var window: Window
    public var product: ID
    public var additions: Int
    public var users: Int

    public func encode(to json: inout JSONWriter) {
        json.field("item", product)
        json.field("events", additions)
        json.field("users", users)
    }
}

/// Counts the additions to carts of each product per window.
public func mostCarted(
    _ events: DataStream<ShopEvent>, in window: WindowKind<ShopEvent> = .global
) -> DataStream<CartedProduct> {
    events
        .filter { $0.type == .addToCart }
        .keyed(by: { $0.product ?? "" })
        .window(window)
        .aggregate(.all(.count(), .distinctCount(\.user)), name: "most-carted")
        .map {
            CartedProduct(
                window: $0.window, product: $0.key, additions: $0.value.0, users: $0.value.1)
        }
}
