/// What crawlers do: one product after the other, and the lists now and then.
extension Visit {
    mutating func crawl(_ model: TrafficModel, _ popularity: Popularity) -> ShopEvent {
        // A crawler sends no referrer.
        defer { referrer = nil }
        if step == 0 {
            product = random.below(model.catalogue.products.count)
            pageURL = "/"
            return event(.pageView, model)
        }
        pageURL = nil
        if step % 20 == 0 {
            category = model.catalogue.products[product].category
            go(to: .list, model.catalogue.categories[category].url)
            return event(.pageView, model)
        }
        return view((product + 1) % model.catalogue.products.count, model)
    }
}
