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
