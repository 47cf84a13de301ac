import Millrace
import Topologies

/// Stands for something in 128 bits, so that remembering it takes as little memory however long it is, and no
/// reference: of a billion things, the chance that any two share one is below 10⁻²⁰.
///
/// The two halves are hashes with different beginnings and different words, so that things which share one of them
/// are no more likely than others to share the second. No secret is in them: whoever may send events could make
/// two things with one fingerprint, which does no more than sending one of them twice.
struct Fingerprint: StreamKey, Codable, BitwiseCopyable {
    private var high: UInt64 = 0x243F_6A88_85A3_08D3
    private var low: UInt64 = 0x1319_8A2E_0370_7344

    /// Stands for nothing; what it is to stand for is added part by part, in an order that matters.
    init() {}

    init(_ text: String) { add(text) }

    @inline(__always)
    mutating func add(_ word: UInt64) {
        high = high.combining(word)
        low = low.combining(~word)
    }

    mutating func add(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while rest.count >= 8 {
                add(UInt64(littleEndian: rest.loadUnaligned(as: UInt64.self)))
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(8))
            }
            add(rest.reduce(0) { $0 << 8 | UInt64($1) })
            // A word that no text has, as its bytes are no UTF-8: where a text ends is beyond doubt.
            add(~UInt64(bytes.count))
        }
    }

    @inline(__always)
    mutating func add(_ id: ID?) {
        guard let id else { return add(0xA409_3822_299F_31D0 as UInt64) }
        if let number = id.number { add(UInt64(bitPattern: number)) } else { add(id.description) }
    }

    var stableHash: UInt64 { high }

    // Written out, because those that the compiler writes are not inlined.
    @inline(__always)
    static func == (a: Fingerprint, b: Fingerprint) -> Bool { a.high == b.high && a.low == b.low }

    func hash(into hasher: inout Hasher) { hasher.combine(high) }
}

extension Fingerprint {
    /// Of an event's id; of its user where it has none.
    init(ofIdentityOf event: ShopEvent) {
        if let id = event.id { add(id) } else { add(event.user) }
    }

    /// Of what a user does to a product.
    init(ofActionOf event: ShopEvent) {
        add(event.user)
        add(event.product)
        add(UInt64(event.type.rawValue))
    }

    /// Of everything that an event says.
    init(of event: ShopEvent) {
        add(event.time.stableHash)
        add(event.user)
        add(event.session)
        add(event.product)
        add(event.id.stableHash)
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
    }
}
