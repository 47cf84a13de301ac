import Millrace
import Topologies

/// The products that a user has looked at, bought, or wanted out of the history.
///
/// Of each product the latest touch counts, and the products touched last are kept, so that neither the order
/// nor repeats matter. Of two touches at the same time a deletion counts.
struct VisitorHistory: Sendable, Equatable {
    /// A product and what was done to it last.
    struct Touch: Sendable, Equatable {
        var product: ID
        var category: String?
        var time: Timestamp
        var isDeleted = false
    }

    /// How many products are shown.
    static let depth = 10
    /// How many are kept, so that one that is deleted gives room to an older one.
    private static let capacity = 20

    /// The latest first, deleted ones too.
    private(set) var touches: [Touch] = []
    /// The products bought last, the latest first.
    private(set) var purchases: [Touch] = []

    /// The products of the history, newest first.
    var shown: [Touch] { Array(touches.lazy.filter { !$0.isDeleted }.prefix(Self.depth)) }

    /// The touch of a product that is in the history, shown or about to be.
    func entry(of product: ID) -> Touch? {
        touches.first { $0.product == product && !$0.isDeleted }
    }

    /// Products that the user need not be shown: seen, bought or deleted.
    var known: Set<ID> { Set(touches.map(\.product)).union(purchases.map(\.product)) }

    mutating func touch(_ touch: Touch) { Self.insert(touch, into: &touches) }

    mutating func buy(_ touch: Touch) { Self.insert(touch, into: &purchases) }

    private static func insert(_ touch: Touch, into touches: inout [Touch]) {
        if let place = touches.firstIndex(where: { $0.product == touch.product }) {
            let old = touches[place]
            guard (touch.time, touch.isDeleted ? 1 : 0) > (old.time, old.isDeleted ? 1 : 0) else {
                return
            }
            touches.remove(at: place)
        }
        let place =
            touches.firstIndex {
                $0.time != touch.time ? $0.time < touch.time : touch.product < $0.product
            } ?? touches.count
        // There is one for each visitor of 90 days: room for twice as many would be most of the memory.
        if touches.count == touches.capacity { touches.reserveCapacity(touches.count + 1) }
        touches.insert(touch, at: place)
        if touches.count > capacity { touches.removeLast() }
    }
}

extension VisitorHistory: StateCodable {
    func encode(to writer: inout StateWriter) throws {
        for list in [touches, purchases] {
            writer.write(count: list.count)
            for touch in list {
                writer.write(touch.product.description)
                writer.write(touch.category ?? "")
                writer.write(touch.time.millis)
                writer.write(touch.isDeleted)
            }
        }
    }

    init(from reader: inout StateReader) throws {
        touches = try Self.touches(from: &reader)
        purchases = try Self.touches(from: &reader)
    }

    private static func touches(from reader: inout StateReader) throws -> [Touch] {
        try (0..<(try reader.readCount())).map { _ in
            let product = ID(try reader.read(String.self))
            let category = try reader.read(String.self)
            return Touch(
                product: product, category: category.isEmpty ? nil : category,
                time: Timestamp(millis: try reader.read(Int64.self)),
                isDeleted: try reader.read(Bool.self))
        }
    }
}
