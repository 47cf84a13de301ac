/// Who comes: someone new, someone who first came in the last two weeks, or one of the many who are
/// known.
struct VisitorPool {
    private static let memoryMillis: Double = 14 * 86_400_000

    static func visitor(of plan: VisitPlan, _ model: TrafficModel) -> Visitor {
        if plan.kind == .crawl {
            return Visitor(crawler: Int(plan.key % UInt64(UserAgents.crawlers.count)))
        }
        if plan.isNew { return newcomer(of: plan.key, isNew: true, model) }
        var random = SeededRandom(drawn(.visitor, plan.key, 0))
        if random.chance(0.4), let key = recentNewcomer(before: plan.slice, &random, model) {
            return newcomer(of: key, isNew: false, model)
        }
        // Some come more often than others: density falls with the number.
        let part = random.unit()
        let number = Int(Double(model.options.users) * part * part.squareRoot().squareRoot())
        return Visitor(
            number: UInt64(number), id: "u\(number + 1)", isNew: false, seed: model.seed,
            options: model.options)
    }

    /// The visit with which someone new came at a random time before the slice, mostly not long
    /// ago; `nil` if nobody did.
    private static func recentNewcomer(
        before slice: Int64, _ random: inout SeededRandom, _ model: TrafficModel
    ) -> UInt64? {
        let part = random.unit()
        let age = Int64(part * part * part * memoryMillis) / model.sliceMillis
        let origin = slice - 1 - age
        let count = model.visitCount(inSlice: origin)
        guard count > 0 else { return nil }
        let plan = VisitPlan(slice: origin, index: random.below(count), model: model)
        return plan.isNew ? plan.key : nil
    }

    private static func newcomer(of key: UInt64, isNew: Bool, _ model: TrafficModel) -> Visitor {
        Visitor(
            number: key, id: key.code("g"), isNew: isNew, seed: model.seed, options: model.options)
    }
}
