import Millrace
import Topologies

/// A sale that counts for 30 days.
private struct Sale: Sendable, Codable, BitwiseCopyable {
    var time: Timestamp
    var units: Int64
}

/// A change of what has been sold of a product.
private struct SalesChange: Sendable {
    var shelf: Shelf
    var buyers: Int32
    var units: Int64
}

/// How many bought a product in the last 30 days, and how much.
struct SalesCount: Sendable, Equatable, Codable, BitwiseCopyable {
    var buyers: Int32 = 0
    var units: Int64 = 0
}

/// Where a product stands on its shelf.
private struct SellerChange: Sendable {
    var shelf: Shelf
    var standing: Standing
}

/// The products by distinct buyers over the last 30 days, of each category and of all products. A sale leaves
/// by a timer when its 30 days are over.
func liveBestSellers(_ events: DataStream<ShopEvent>) {
    let sellers =
        salesChanges(events)
        .keyed(by: { $0.shelf })
        .process("sellers", state: SalesCount.self, output: SellerChange.self) {
            change, count, context in
            var sum = count ?? SalesCount()
            sum.buyers += change.buyers
            sum.units += change.units
            count = sum.buyers == 0 ? nil : sum
            let tally = Tally(main: sum.buyers, side: Int32(clamping: sum.units))
            context.emit(
                SellerChange(
                    shelf: change.shelf,
                    standing: Standing(
                        tally: sum.buyers == 0 ? Tally() : tally, order: Double(sum.buyers))))
        }
        .keyed(by: { $0.shelf.category })
        .process("best-sellers", state: Leaderboard.self, output: Int.self) { change, board, _ in
            if board == nil { board = Leaderboard() }
            board?.set(change.shelf.product, change.standing)
            if board?.count == 0 { board = nil }
        }
    sellers.forEach(name: "sellers-ranked") { _, _ in }
}

/// The changes of buyers and units of each product, on the shelf of its category and on that of all products.
private func salesChanges(_ events: DataStream<ShopEvent>) -> DataStream<SalesChange> {
    let period = Duration.days(BestSellersView.days)
    return
        events
        .flatMap(name: "shelf-sales") { event -> [ShelfSale] in
            guard event.isSale, let product = event.product else { return [] }
            let sale = Sale(time: event.time, units: Int64(event.quantity ?? 1))
            let everywhere = ShelfSale(
                buyer: KeyPair(Shelf(category: nil, product: product), event.user),
                sale: sale)
            guard let category = event.category else { return [everywhere] }
            let shelf = Shelf(category: category, product: product)
            return [
                everywhere, ShelfSale(buyer: KeyPair(shelf, event.user), sale: sale),
            ]
        }
        .keyed(by: { $0.buyer })
        .process(
            "sales", state: [Sale].self, output: SalesChange.self,
            onElement: { sold, sales, context in
                let end = sold.sale.time + period
                guard end > context.watermark else { return }
                context.setTimer(at: end)
                context.emit(
                    SalesChange(
                        shelf: context.key.first, buyers: sales == nil ? 1 : 0,
                        units: sold.sale.units))
                sales = (sales ?? []) + [sold.sale]
            },
            onTimer: { timer, sales, context in
                guard let before = sales else { return }
                let kept = before.filter { $0.time + period > timer.timestamp }
                let gone = before.lazy.filter { $0.time + period <= timer.timestamp }
                sales = kept.isEmpty ? nil : kept
                context.emit(
                    SalesChange(
                        shelf: context.key.first, buyers: kept.isEmpty ? -1 : 0,
                        units: -gone.reduce(0) { $0 + $1.units }))
            })
}

/// A sale with the shelf that it counts on.
private struct ShelfSale: Sendable {
    /// Whose sales on one shelf count as one buyer.
    var buyer: KeyPair<Shelf, ID>
    var sale: Sale
}
