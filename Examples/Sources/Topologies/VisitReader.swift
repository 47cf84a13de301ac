import Millrace
import Recommender

/// Turns clicks into the visits that models learn from: ids become numbers, and sessions are those that
/// the site gave, or runs of a user's events without a long pause.
struct VisitReader: Sendable, Codable {
    private var items = NumberedIDs()
    private var users = NumberedIDs()
    private var sessions = Interner<ID>()
    private var gaps: GapSessions

    init(sessionGap: Duration) { gaps = GapSessions(gap: sessionGap) }

    /// The visit that a click is; `nil` if it is no view. Every click of a user keeps a session going.
    mutating func visit(_ click: Click) -> Visit? {
        let user = users.number(of: click.user)
        let session =
            click.session.map { sessions.number(of: $0) }
            ?? gaps.session(of: user, at: click.time)
        guard click.type == "view" else { return nil }
        return Visit(
            time: click.time, user: user, session: session, item: items.number(of: click.item),
            category: Int64(click.category) ?? 0)
    }

    /// The id that an item's number stands for.
    func id(of item: ItemID) -> ID { items.id(of: item) }
}

/// Numbers ids: those that are numbers stand for themselves, so that ties go to the smaller one; texts
/// get negative numbers.
struct NumberedIDs: Sendable, Codable {
    private var texts = Interner<ID>()
    private var known: [ID] = []

    mutating func number(of id: ID) -> Int64 {
        if let number = id.number, number >= 0 { return number }
        let index = texts.number(of: id)
        if index == known.count { known.append(id) }
        return -1 - index
    }

    func id(of number: Int64) -> ID {
        number >= 0 ? ID(number) : known[Int(-1 - number)]
    }
}
