public import Millrace

extension ShopEvent {
    /// The event as it was received, with what the sender has left open or got wrong set right.
    public func received(as id: String, at time: Timestamp) -> ShopEvent {
        if id == self.id, time == self.time { return self }
        return ShopEvent(
            id: id, type, user: user, session: session, product: product, category: category,
            price: price, quantity: quantity, query: query, page: page, referrer: referrer,
            userAgent: userAgent, time: time, properties: properties)
    }
}
