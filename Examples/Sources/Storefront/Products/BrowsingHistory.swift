public import Millrace
public import Topologies

/// What a user has looked at, newest first.
public struct BrowsingHistory: Sendable, Equatable, Codable, JSONEncodableRecord {
    public var user: ID
    public var products: [ID]

    public func encode(to json: inout JSONWriter) {
        json.field("user", user)
        json.field("items", products) { $0.value($1) }
    }
}

/// What changes a history.
public enum HistoryChange: Sendable {
    case viewed(user: ID, product: ID)
    /// The user wants to see a product no more: asked for from outside.
    case deleted(user: ID, product: ID)

    var user: ID {
        switch self {
        case .viewed(let user, _), .deleted(let user, _): user
        }
    }
}

/// The answer to a deletion.
public struct DeletionReceipt: Sendable, Equatable {
    public var user: ID
    public var product: ID
    /// Whether there was something to delete.
    public var isDeleted: Bool
}

/// The side output of ``browsingHistories(_:depth:keepingRepeats:name:)`` that answers deletions.
public let deletionReceipts = SideOutput<DeletionReceipt>("deletion-receipts")

/// The views in a stream of events, as changes of histories.
public func views(_ events: DataStream<ShopEvent>) -> DataStream<HistoryChange> {
    events.compactMap { event in
        guard event.type == .view, let product = event.product else { return nil }
        return .viewed(user: event.user, product: product)
    }
}

/// Keeps the last products that each user has looked at, newest first: the whole history comes out after
/// every change of it. A product that is looked at again moves to the front. The views must be in event
/// order, as ``intake(_:remembering:refused:)`` leaves them.
///
/// - Parameters:
///   - depth: How many are kept.
///   - keepsRepeats: Keeps the last views instead, one product perhaps several times.
///   - name: The operator's name: each use in a topology needs its own. It names the state to query.
public func browsingHistories(
    _ changes: DataStream<HistoryChange>, depth: Int = 10,
    keepingRepeats keepsRepeats: Bool = false,
    name: String = "history"
) -> DataStream<BrowsingHistory> {
    changes
        .keyed(by: \.user)
        .process(name, state: [ID].self, output: BrowsingHistory.self) { change, state, context in
            var products = state ?? []
            switch change {
            case .viewed(_, let product):
                products.view(product, depth: depth, keepsRepeats: keepsRepeats)
            case .deleted(let user, let product):
                let before = products.count
                products.removeAll { $0 == product }
                let receipt = DeletionReceipt(
                    user: user, product: product, isDeleted: products.count < before)
                try context.emit(receipt, to: deletionReceipts)
                if !receipt.isDeleted { return }
            }
            state = products.isEmpty ? nil : products
            context.emit(BrowsingHistory(user: context.key, products: products))
        }
}

/// Each user's history when the input has ended: what ``browsingHistories(_:depth:keepingRepeats:name:)`` says last
/// of the views in these events, without all that it says before. The events must be in event order.
public func finalHistories(
    _ events: DataStream<ShopEvent>, depth: Int = 10, keepingRepeats keepsRepeats: Bool = false,
    name: String
) -> DataStream<BrowsingHistory> {
    events
        .filter { $0.type == .view }
        .keyed(by: { $0.user })
        .window(.global)
        .aggregate(
            .folding(
                into: [ID](),
                add: { event, products in
                    guard let product = event.product else { return }
                    products.view(product, depth: depth, keepsRepeats: keepsRepeats)
                },
                merge: { later, products in
                    for product in later.reversed() {
                        products.view(product, depth: depth, keepsRepeats: keepsRepeats)
                    }
                }),
            name: name
        )
        .map { BrowsingHistory(user: $0.key, products: $0.value) }
}

extension [ID] {
    /// Puts a product in front of a history.
    fileprivate mutating func view(_ product: ID, depth: Int, keepsRepeats: Bool) {
        if !keepsRepeats, let place = firstIndex(of: product) {
            remove(at: place)
        }
        if count >= depth { removeLast(count - Swift.max(0, depth - 1)) }
        insert(product, at: 0)
    }
}
