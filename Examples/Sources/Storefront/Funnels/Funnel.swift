public import Millrace

/// Steps that lead to a goal, and how long that may take.
public struct Funnel: Sendable, Equatable {
    /// Whose steps make a chain.
    public enum Scope: String, Sendable {
        /// A user's, whatever products they are about.
        case user = "per_user"
        /// A user's with one product: each product has a chain of its own.
        case userAndProduct = "per_user_and_item"
    }

    /// Names the funnel, and its operators.
    public var name: String
    public var steps: [EventType]
    /// From the first step of a chain to any later one, inclusive.
    public var limit: Duration
    public var scope: Scope

    /// - Precondition: There are 2 to 64 steps, and the limit is positive.
    public init(
        _ name: String, steps: [EventType] = [.view, .addToCart, .purchase],
        within limit: Duration = .hours(1), scope: Scope
    ) {
        precondition((2...64).contains(steps.count), "a funnel has 2 to 64 steps")
        precondition(limit > .zero, "a funnel takes time")
        self.name = name
        self.steps = steps
        self.limit = limit
        self.scope = scope
    }
}

/// How far the chains of one key have come.
struct FunnelProgress: Sendable, Equatable, Codable {
    /// The latest beginning of a chain. Apart from the others, so that a key that never comes further, as
    /// most do, takes no memory of its own.
    private var latest = Timestamp.none
    /// For each step behind the first the latest beginning of a chain that has come so far: the one that has
    /// most time left, so no other needs to be kept. Empty as long as there is none.
    private var beginnings: [Timestamp] = []

    /// How many steps have been reached, ever.
    var reached: Int {
        if let step = beginnings.lastIndex(where: { $0 != .none }) { return step + 2 }
        return latest == .none ? 0 : 1
    }

    /// Follows an event.
    /// - Returns: The steps that have been reached for the first time, from 0.
    mutating func follow(_ type: EventType, at time: Timestamp, in funnel: Funnel) -> Range<Int> {
        let before = reached
        _ = visit(type, at: time, in: funnel)
        return before..<reached
    }

    /// Follows an event.
    /// - Returns: The steps that a chain has reached with it, for the first time or again: the lowest bit is
    ///   the first step.
    mutating func visit(_ type: EventType, at time: Timestamp, in funnel: Funnel) -> UInt64 {
        var visited: UInt64 = 0
        // From the last step to the first, so that one event is one step of a chain.
        for step in funnel.steps.indices.reversed() where funnel.steps[step] == type {
            let beginning = step == 0 ? time : beginning(ofChainsAt: step - 1)
            guard beginning != .none, time - beginning <= funnel.limit else { continue }
            if step == 0 {
                latest = max(latest, beginning)
            } else {
                if beginnings.isEmpty {
                    beginnings = Array(repeating: .none, count: funnel.steps.count - 1)
                }
                beginnings[step - 1] = max(beginnings[step - 1], beginning)
            }
            visited |= 1 << UInt64(step)
        }
        return visited
    }

    private func beginning(ofChainsAt step: Int) -> Timestamp {
        if step == 0 { return latest }
        return beginnings.isEmpty ? .none : beginnings[step - 1]
    }
}
