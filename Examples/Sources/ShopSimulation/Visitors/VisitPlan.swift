/// What a visit will be, before anything of its content is made: cheap, so that visits that are
/// over can be passed by.
struct VisitPlan {
    enum Kind: UInt8 {
        /// Gone after at most three events.
        case bounce
        case browse
        /// Fills a cart and leaves it.
        case abandon
        case buy
        case crawl
    }

    /// Names the visit: everything about it follows from this.
    let key: UInt64
    let slice: Int64
    let start: Int64
    let kind: Kind
    let isNew: Bool
    let length: Int

    /// No visit lasts longer.
    static let longestMillis: Int64 = 3_600_000
    static let crawlLengths = 100...300
    static let crawlPauses: ClosedRange<Int64> = 200...1500

    /// How likely a kind is, for someone new and for someone who returns.
    private static let shares: [(kind: Kind, new: Double, returning: Double)] = [
        (.bounce, 0.72, 0.61), (.abandon, 0.045, 0.08), (.buy, 0.012, 0.035),
    ]

    init(slice: Int64, index: Int, model: TrafficModel) {
        key = drawn(.session, model.seed, UInt64(bitPattern: slice), UInt64(index))
        self.slice = slice
        var random = SeededRandom(key)
        start = model.time(ofSlice: slice) + Int64(random.below(Int(model.sliceMillis)))
        if random.chance(model.crawlShare) {
            kind = .crawl
            isNew = false
            length = Self.crawlLengths.lowerBound + random.below(Self.crawlLengths.count)
            return
        }
        isNew = random.chance(model.options.newVisitorShare)
        var point = random.unit()
        var kind = Kind.browse
        for share in Self.shares {
            point -= isNew ? share.new : share.returning
            if point < 0 {
                kind = share.kind
                break
            }
        }
        self.kind = kind
        length = Int(model.lengths.table(of: kind).value(random.next()))
    }

    /// How long after its event `step - 1` the event `step` of the visit follows.
    @inline(__always)
    func pause(before step: Int, at time: Int64, _ bits: UInt64, _ model: TrafficModel) -> Int64 {
        if kind == .crawl {
            return Self.crawlPauses.lowerBound
                + Int64((bits >> 54) % UInt64(Self.crawlPauses.count))
        }
        // The longer the visit, the less time is left for each of its events.
        let left = Self.longestMillis - (time - start)
        return min(model.pauses.value(bits), left / Int64(length - step + 1))
    }

    /// A time at which all of the visit has arrived.
    func end(_ model: TrafficModel) -> Int64 {
        var time = start
        var end = start
        for step in 0..<length {
            let bits = model.bits(key, step)
            if step > 0 { time += pause(before: step, at: time, bits, model) }
            let delivery = Delivery(key, step, bits, isMobile: kind != .crawl, model)
            end = max(end, time + delivery.delay + (delivery.repeatDelay ?? 0))
        }
        return end
    }

    /// The mean length of a human visit.
    static func meanLength(_ lengths: VisitLengths, newShare: Double) -> Double {
        var mean = 0.0
        var rest = 1.0
        for share in shares {
            let likely = newShare * share.new + (1 - newShare) * share.returning
            mean += likely * lengths.table(of: share.kind).mean
            rest -= likely
        }
        return mean + rest * lengths.table(of: .browse).mean
    }
}

/// How many events visits have.
struct VisitLengths: Sendable {
    private let bounce = QuantileTable { $0 < 0.6 ? 1 : $0 < 0.9 ? 2 : 3 }
    private let browse = QuantileTable.geometric(atLeast: 4, meanAbove: 6)
    private let abandon = QuantileTable.geometric(atLeast: 6, meanAbove: 7)
    private let buy = QuantileTable.geometric(atLeast: 9, meanAbove: 8)

    func table(of kind: VisitPlan.Kind) -> QuantileTable {
        switch kind {
        case .bounce: bounce
        case .browse, .crawl: browse
        case .abandon: abandon
        case .buy: buy
        }
    }
}
