public import Millrace
public import Topologies

/// The products with the most buyers in a period, of all products or of one category.
public struct BestSellers: Sendable, Equatable, JSONEncodableRecord {
    /// The sales that count: before `period.end`, and not before `period.start`.
    public var period: Window
    /// `nil` for all products together.
    public var category: String?
    public var top: [Seller]

    /// A product, who bought it, and how much of it.
    public struct Seller: Sendable, Equatable, Codable, JSONEncodableRecord {
        public var product: ID
        public var buyers: Int
        public var units: Int

        public func encode(to json: inout JSONWriter) {
            json.field("item", product)
            json.field("buyers", buyers)
            json.field("units", units)
        }
    }

    public func encode(to json: inout JSONWriter) {
        json.field("from", period.start)
        json.field("as_of", period.end)
        if let category { json.field("category", category) }
        json.field("top", top) { $0.object($1) }
    }
}

/// A product on the shelf of its category; of no category for the shelf of all products.
struct Shelf: StreamKey, StateCodable {
    var category: String?
    var product: ID

    var stableHash: UInt64 { category.stableHash.combining(product.stableHash) }
}

extension Shelf {
    func encode(to writer: inout StateWriter) {
        writer.write(category != nil)
        if let category { writer.write(category) }
        product.encode(to: &writer)
    }

    init(from reader: inout StateReader) throws {
        category = try reader.read(Bool.self) ? reader.read(String.self) : nil
        product = try ID(from: &reader)
    }
}

/// Ranks products by their distinct buyers over the last `period`, anew every `step`; of equally often bought
/// ones the smaller id first. A sale counts once per buyer, and is gone when the period has passed.
///
/// - Parameter category: On which shelf an event's product stands: its category, its country; `nil` as a
///   result for the shelf of all products.
public func bestSellers(
    _ events: DataStream<ShopEvent>, over period: Duration = .days(30),
    every step: Duration = .days(1), depth: Int = 10, name: String = "best-sellers",
    per category: @escaping @Sendable (ShopEvent) -> String? = { _ in nil }
) -> DataStream<BestSellers> {
    events
        .filter(\.isSale)
        .keyed(by: { Shelf(category: category($0), product: $0.product ?? "") })
        .window(.sliding(size: period, every: step))
        .aggregate(
            .all(.distinctCount(\.user), .sum { $0.quantity ?? 1 }),
            name: "\(name)-products"
        )
        .keyed(by: { ShelfPeriod(category: $0.key.category, period: $0.window) })
        .window(.tumbling(step))
        .aggregate(.top(depth, by: { $0.value.0 }, thenBy: \.key.product), name: name)
        .map { ranking in
            BestSellers(
                period: ranking.key.period, category: ranking.key.category,
                top: ranking.value.map {
                    BestSellers.Seller(
                        product: $0.key.product, buyers: $0.value.0, units: $0.value.1)
                })
        }
}

/// What a ranking is of.
struct ShelfPeriod: StreamKey, Codable {
    var category: String?
    var period: Window

    var stableHash: UInt64 { category.stableHash.combining(period.stableHash) }
}
