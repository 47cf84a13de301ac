import Millrace
import Topologies

/// Stands for everything that an event says, in 128 bits: of a billion events a day, the chance that any two
/// share one is below 10⁻²⁰.
struct EventFingerprint: StreamKey, Codable, BitwiseCopyable {
    var high: UInt64
    var low: UInt64

    init(_ event: ShopEvent) {
        high = event.time.stableHash
        low = event.user.stableHash
        add(event.id.stableHash)
        add(event.session.stableHash)
        add(event.product.stableHash)
        add(event.category.stableHash)
        add(event.query.stableHash)
        add(event.page.stableHash)
        add(event.referrer.stableHash)
        add(event.userAgent.stableHash)
        add(event.type.rawValue.stableHash)
        add(event.price?.thousandths.stableHash ?? 0)
        add((event.quantity ?? 0).stableHash)
        // A sum: their order does not matter.
        var properties: UInt64 = 0
        for (name, value) in event.properties {
            properties &+= name.stableHash.combining(value.stableHash)
        }
        add(properties)
        add(event.user.stableHash)
    }

    private mutating func add(_ hash: UInt64) {
        (high, low) = (high.combining(hash), low.combining(~hash).combining(high))
    }

    var stableHash: UInt64 { high.combining(low) }
}
