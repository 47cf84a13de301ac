import Millrace

/// How far the chains of one key have come, in one funnel or in several that begin with the same step.
struct FunnelProgress: Sendable, Equatable, Codable {
    /// The latest beginning of a chain, of whatever funnel. Apart from the others, so that a key that never
    /// comes further, as most do, takes no memory of its own.
    private var latest = Timestamp.none
    /// For each step behind the first, one funnel behind the other, the latest beginning of a chain that has
    /// come so far: the one that has most time left, so no other needs to be kept. Ends with the last step
    /// that was ever reached, or some step behind it.
    private var beginnings: [Timestamp] = []

    /// Follows an event through all funnels of a group.
    ///
    /// - Parameter reach: Called with each step, from 0, that a funnel's chains have reached for the first time.
    mutating func follow(
        _ type: EventType, at time: Timestamp, in group: FunnelGroup,
        _ reach: (_ funnel: Funnel, _ step: Int) -> Void
    ) {
        // The first step last, so that one event is one step of a chain.
        if latest != .none, group.later.contains(type) {
            for (funnel, place) in zip(group.funnels, group.places) {
                let before = reached(in: funnel, at: place)
                guard goOn(type, at: time, in: funnel, at: place) != 0 else { continue }
                for step in before..<reached(in: funnel, at: place) { reach(funnel, step) }
            }
        }
        guard type == group.first else { return }
        let isNew = latest == .none
        latest = max(latest, time)
        if isNew { for funnel in group.funnels { reach(funnel, 0) } }
    }

    /// Follows an event through the only funnel.
    /// - Returns: The steps that a chain has reached with it, for the first time or again: the lowest bit is
    ///   the first step.
    mutating func visit(_ type: EventType, at time: Timestamp, in funnel: Funnel) -> UInt64 {
        let later = latest == .none ? 0 : goOn(type, at: time, in: funnel, at: 0)
        guard type == funnel.steps[0] else { return later }
        latest = max(latest, time)
        return later | 1
    }

    /// Takes chains of one funnel, whose steps behind the first are at `place`, one step further.
    /// - Returns: The steps that a chain has reached with it, as bits.
    private mutating func goOn(
        _ type: EventType, at time: Timestamp, in funnel: Funnel, at place: Int
    ) -> UInt64 {
        var visited: UInt64 = 0
        // From the last step to the first, so that one event is one step of a chain.
        for step in stride(from: funnel.steps.count - 1, to: 0, by: -1)
        where funnel.steps[step] == type {
            let beginning = step == 1 ? latest : beginning(at: place + step - 2)
            guard beginning != .none, time - beginning <= funnel.limit else { continue }
            let end = place + funnel.steps.count - 1
            if beginnings.count < end {
                beginnings += Array(repeating: .none, count: end - beginnings.count)
            }
            beginnings[place + step - 1] = max(beginnings[place + step - 1], beginning)
            visited |= 1 << UInt64(step)
        }
        return visited
    }

    /// How many steps of a funnel have been reached, ever.
    private func reached(in funnel: Funnel, at place: Int) -> Int {
        var step = funnel.steps.count - 1
        while step > 0, beginning(at: place + step - 1) == .none { step -= 1 }
        return step > 0 || latest != .none ? step + 1 : 0
    }

    private func beginning(at place: Int) -> Timestamp {
        place < beginnings.count ? beginnings[place] : .none
    }
}

/// Funnels that are followed together, as keys need but one state for all of them: they have the scope and the
/// first step in common.
struct FunnelGroup: Sendable {
    let funnels: [Funnel]
    let first: EventType
    /// The types of the steps behind the first.
    let later: [EventType]
    /// Where the steps behind the first of each funnel are in a key's progress.
    let places: [Int]

    /// - Precondition: There are funnels, all of one scope and with one first step.
    init(_ funnels: [Funnel]) {
        guard let some = funnels.first else { preconditionFailure("a group has a funnel") }
        precondition(
            Set(funnels.map(\.name)).count == funnels.count,
            "arrivals are told apart by the names of their funnels")
        precondition(
            funnels.allSatisfy { $0.scope == some.scope && $0.steps[0] == some.steps[0] },
            "funnels are followed together if they have the scope and the first step in common")
        self.funnels = funnels
        first = some.steps[0]
        later = funnels.flatMap { $0.steps.dropFirst() }
        var (places, end) = ([Int](), 0)
        for funnel in funnels {
            places.append(end)
            end += funnel.steps.count - 1
        }
        self.places = places
    }

    /// Whether an event may be a step of any of them.
    func has(_ type: EventType) -> Bool { type == first || later.contains(type) }
}
