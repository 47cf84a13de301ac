import Storefront
import Topologies

/// Which events a listener wants.
struct EventFilter: Sendable {
    var user: ID?
    var product: ID?
    var type: EventType?

    func matches(_ event: ShopEvent) -> Bool {
        (user == nil || event.user == user) && (product == nil || event.product == product)
            && (type == nil || event.type == type)
    }
}
