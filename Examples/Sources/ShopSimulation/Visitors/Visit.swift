import Millrace

/// A visit in progress: makes its events one after the other.
struct Visit {
    struct CartLine {
        var product: Int
        var quantity: Int
    }

    enum Page {
        case home
        case list
        case product
    }

    let plan: VisitPlan
    let visitor: Visitor
    let sessionID: String?
    let userAgent: String
    /// The event that comes next, and when it happens.
    private(set) var step = 0
    private(set) var time: Int64
    var random: SeededRandom
    var page = Page.home
    var pageURL: String?
    var referrer: String?
    var category = 0
    var product = 0
    var cart: [CartLine] = []
    /// From this event on, the visitor wants to put something into the cart.
    let cartStep: Int

    init(_ plan: VisitPlan, _ model: TrafficModel) {
        self.plan = plan
        visitor = VisitorPool.visitor(of: plan, model)
        time = plan.start
        random = SeededRandom(drawn(.content, plan.key, 0))
        switch plan.kind {
        case .crawl:
            sessionID = nil
            userAgent = model.crawlerAgents[visitor.userAgent]
            cartStep = .max
        case .bounce, .browse, .abandon, .buy:
            sessionID = plan.key.code("s")
            userAgent =
                visitor.isMobile
                ? model.mobileAgents[visitor.userAgent] : model.desktopAgents[visitor.userAgent]
            let wantsCart = plan.kind == .abandon || plan.kind == .buy
            // View, cart and purchase still have room behind it.
            cartStep = wantsCart ? 1 + random.below(plan.length - 4) : .max
        }
    }

    var isOver: Bool { step == plan.length }

    /// How many events follow, the one that is made now included.
    var left: Int { plan.length - step }

    /// Makes the next event and moves on to the time of the one after it.
    mutating func advance(
        _ model: TrafficModel, _ popularity: Popularity
    ) -> (parcel: Parcel, repeatTime: Timestamp?) {
        var event =
            plan.kind == .crawl ? crawl(model, popularity) : browse(model, popularity)
        var traits: ShopArrival.Traits = []
        if plan.kind == .crawl { traits.insert(.bot) }
        if visitor.isSkewed { traits.insert(.skewed) }
        if visitor.isNew { traits.insert(.newVisitor) }
        if model.invalidates(plan.key, step) {
            event.spoil(drawn(.event, plan.key, UInt64(step), 2))
            traits.insert(.invalid)
        }
        let bits = model.bits(plan.key, step)
        let delivery = Delivery(plan.key, step, bits, isMobile: visitor.isMobile, model)
        if delivery.isLate { traits.insert(.late) }
        let arrival = ShopArrival(
            event: event, time: Timestamp(millis: time + delivery.delay), traits: traits)
        let parcel = Parcel(arrival: arrival, tie: drawn(.event, plan.key, UInt64(step)))
        let repeatTime = delivery.repeatDelay.map { arrival.time + .milliseconds($0) }
        step += 1
        if !isOver {
            time += plan.pause(before: step, at: time, model.bits(plan.key, step), model)
        }
        return (parcel, repeatTime)
    }

    /// An event of the given type on the page that the visitor sees.
    func event(_ type: ShopEventType, _ model: TrafficModel) -> ShopEvent {
        ShopEvent(
            eventID: drawn(.event, plan.key, UInt64(step)).code("e"), type: type,
            userID: visitor.id, sessionID: sessionID,
            category: page == .home ? nil : model.catalogue.categories[category].name,
            pageURL: pageURL, referrer: referrer, userAgent: userAgent,
            timestamp: Timestamp(millis: time + visitor.skewMillis))
    }

    /// An event about a product.
    func event(
        _ type: ShopEventType, product: Int, quantity: Int? = nil, _ model: TrafficModel
    ) -> ShopEvent {
        var event = event(type, model)
        let product = model.catalogue.products[product]
        event.productID = product.id
        event.category = model.catalogue.categories[product.category].name
        event.price = product.price
        event.quantity = quantity
        return event
    }

    mutating func go(to page: Page, _ url: String) {
        referrer = pageURL ?? referrer
        pageURL = url
        self.page = page
    }
}
