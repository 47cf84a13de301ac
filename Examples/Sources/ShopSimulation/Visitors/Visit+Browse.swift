/// What people do.
extension Visit {
    mutating func browse(_ model: TrafficModel, _ popularity: Popularity) -> ShopEvent {
        if step == 0 { return land(model, popularity) }
        if let event = checkOut(model) { return event }
        if let event = changeCart(model, popularity) { return event }
        let point = random.unit()
        if page == .product {
            switch point {
            case ..<0.15: return about(.scroll, model)
            case ..<0.23: return about(.click, model)
            case ..<0.26: return about(.addToFavourites, model)
            case ..<0.34: return search(model)
            case ..<0.45: return list(model, popularity)
            case ..<0.75:
                let place = Int(random.unit() * random.unit() * Double(ShopCatalogue.relatedCount))
                return view(model.catalogue.related(to: product, place: place), model)
            default: return viewAny(model, popularity)
            }
        }
        switch point {
        case ..<0.15: return event(.scroll, model)
        case ..<0.20: return event(.click, model)
        case ..<0.30: return search(model)
        case ..<0.42: return list(model, popularity)
        default: return viewAny(model, popularity)
        }
    }

    /// The first event: a page or a product, and where the visitor comes from.
    private mutating func land(_ model: TrafficModel, _ popularity: Popularity) -> ShopEvent {
        category = visitor.category(&random, popularity)
        let origin = random.unit()
        let campaign = Int(origin * 1000) % model.referrers.count
        referrer = origin < 0.35 ? nil : model.referrers[campaign]
        switch random.unit() {
        case ..<0.4:
            pageURL = "/"
            return event(.pageView, model)
        case ..<0.65:
            pageURL = model.catalogue.categories[category].url
            page = .list
            return event(.pageView, model)
        default:
            let product = popularity.product(in: category, of: model.catalogue, random.next())
            return view(product, model)
        }
    }

    /// Buys what is in the cart, with the last events of the visit.
    private mutating func checkOut(_ model: TrafficModel) -> ShopEvent? {
        guard plan.kind == .buy, !cart.isEmpty, left <= cart.count + 1 else { return nil }
        if left == cart.count + 1 {
            go(to: .home, "/checkout")
            return event(.pageView, model)
        }
        let line = cart.removeLast()
        return event(.purchase, product: line.product, quantity: line.quantity, model)
    }

    /// Puts something into the cart or takes it out again.
    private mutating func changeCart(
        _ model: TrafficModel, _ popularity: Popularity
    ) -> ShopEvent? {
        guard step >= cartStep else { return nil }
        if cart.isEmpty, page != .product { return viewAny(model, popularity) }
        let wish = random.unit()
        // Every line of the cart needs an event to buy it.
        let hasRoom = plan.kind == .abandon || left >= cart.count + 3
        if page == .product, cart.isEmpty || (hasRoom && cart.count < 5 && wish < 0.12) {
            let line = CartLine(
                product: product, quantity: 1 + Int(random.unit() * random.unit() * 3))
            cart.append(line)
            return event(.addToCart, product: line.product, quantity: line.quantity, model)
        }
        if cart.count > 1 || (plan.kind == .abandon && cart.count == 1), wish > 0.95 {
            let line = cart.remove(at: random.below(cart.count))
            return event(.removeFromCart, product: line.product, quantity: line.quantity, model)
        }
        return nil
    }

    private mutating func search(_ model: TrafficModel) -> ShopEvent {
        let searches = model.catalogue.categories[category].searches
        let search = searches[Int(random.unit() * random.unit() * Double(searches.count))]
        go(to: .list, search.url)
        var event = event(.search, model)
        event.query = search.query
        return event
    }

    private mutating func list(_ model: TrafficModel, _ popularity: Popularity) -> ShopEvent {
        if random.chance(0.3) { category = visitor.category(&random, popularity) }
        go(to: .list, model.catalogue.categories[category].url)
        return event(.pageView, model)
    }

    private mutating func viewAny(_ model: TrafficModel, _ popularity: Popularity) -> ShopEvent {
        view(popularity.product(in: category, of: model.catalogue, random.next()), model)
    }

    mutating func view(_ product: Int, _ model: TrafficModel) -> ShopEvent {
        self.product = product
        category = model.catalogue.products[product].category
        go(to: .product, model.catalogue.products[product].url)
        return event(.view, product: product, model)
    }

    /// Something that is done with the product on the page.
    private func about(_ type: ShopEventType, _ model: TrafficModel) -> ShopEvent {
        event(type, product: product, model)
    }
}
