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
        for part in [
            event.id, event.session, event.product?.description, event.category, event.query,
            event.page, event.referrer, event.userAgent,
        ] {
            add(part.stableHash)
        }
        add(event.type.rawValue.stableHash)
        add(event.price?.thousandths.stableHash ?? 0)
        add((event.quantity ?? 0).stableHash)
        for (name, value) in event.properties.sorted(by: { $0.key < $1.key }) {
            add(name.stableHash)
            add(value.stableHash)
        }
        add(event.user.stableHash)
    }

    private mutating func add(_ hash: UInt64) {
        (high, low) = (high.combining(hash), low.combining(~hash).combining(high))
    }

    var stableHash: UInt64 { high.combining(low) }
}
