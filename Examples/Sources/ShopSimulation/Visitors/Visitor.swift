/// Someone who visits: all that is known of them follows from their number.
struct Visitor {
    let id: String
    let isNew: Bool
    let userAgent: Int
    let isMobile: Bool
    /// How far their clock is ahead.
    let skewMillis: Int64
    let isSkewed: Bool
    private let traits: UInt64

    /// How many of the visitors come with a phone or a tablet.
    static let mobileShare = 0.6

    init(number: UInt64, id: String, isNew: Bool, seed: UInt64, options: ShopOptions) {
        var random = SeededRandom(drawn(.visitorTraits, seed, number))
        self.id = id
        self.isNew = isNew
        isMobile = random.chance(Self.mobileShare)
        userAgent = random.below(isMobile ? UserAgents.mobile.count : UserAgents.desktop.count)
        isSkewed = random.chance(options.skewedShare)
        let limit = options.greatestSkew.inMillis
        if isSkewed {
            let distance = 2001 + Int64(random.below(Int(max(1, limit - 2000))))
            skewMillis = random.chance(0.5) ? min(distance, limit) : -min(distance, limit)
        } else {
            skewMillis = Int64(random.below(401)) - 200
        }
        traits = random.next()
    }

    /// A crawler.
    init(crawler: Int) {
        id = "bot-\(crawler)"
        isNew = false
        userAgent = crawler
        isMobile = false
        skewMillis = 0
        isSkewed = false
        traits = 0
    }

    /// The category that a visit is about: mostly one of three favourites.
    func category(_ random: inout SeededRandom, _ popularity: Popularity) -> Int {
        if random.chance(0.7) {
            let place = Int(random.unit() * random.unit() * 3)
            return popularity.categories.index(mixed(traits &+ UInt64(place) &* goldenGamma))
        }
        return popularity.categories.index(random.next())
    }
}

/// What clients call themselves.
struct UserAgents {
    static let mobile = [
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_2 like Mac OS X) Mobile Safari/604.1",
        "Mozilla/5.0 (iPad; CPU OS 18_1 like Mac OS X) Mobile Safari/604.1",
        "Mozilla/5.0 (Linux; Android 15; Pixel 9) Chrome/131.0 Mobile Safari/537.36",
        "Mozilla/5.0 (Linux; Android 14; SM-S921B) Chrome/131.0 Mobile Safari/537.36",
        "ShopApp/5.4 (iOS 18.2)",
        "ShopApp/5.4 (Android 15)",
    ]
    static let desktop = [
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/131.0 Safari/537.36",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.2 Safari/605.1",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0",
        "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0",
    ]
    static let crawlers = [
        "Mozilla/5.0 (compatible; SearchBot/2.1; +http://search.example/bot)",
        "Mozilla/5.0 (compatible; PriceBot/1.0; +http://prices.example/bot)",
        "ArchiveBot/3.2 (+http://archive.example/bot)",
        "Mozilla/5.0 (compatible; PreviewBot/1.4; +http://social.example/bot)",
    ]
}

extension Duration {
    var inMillis: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
}
