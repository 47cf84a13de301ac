import Millrace
import Topologies

extension Catalogue {
    /// The event with the category and the price that it does not say itself, as the catalogue has them now.
    ///
    /// Done before an event is written down, so that reading it again gives what it gave the first time. An
    /// event of a product that is not in the catalogue, or of none, stays as it is.
    public func enrich(_ event: ShopEvent) -> ShopEvent {
        guard event.category == nil || event.price == nil, let id = event.product,
            let product = self[id], product.category != nil || product.price != nil
        else { return event }
        return ShopEvent(
            id: event.id, event.type, user: event.user, session: event.session, product: id,
            category: event.category ?? product.category, price: event.price ?? product.price,
            quantity: event.quantity, query: event.query, page: event.page,
            referrer: event.referrer, userAgent: event.userAgent, time: event.time,
            properties: event.properties)
    }
}
