public import Millrace

/// The number of an item. Text ids are numbered by an ``Interner`` first.
public typealias ItemID = Int64

/// One visit of an item by a user, within a session.
public struct Visit: Sendable, Hashable {
    /// When the visit happened (event time).
    public var time: Timestamp
    /// Who visited.
    public var user: Int64
    /// The session that the visit belongs to.
    public var session: Int64
    /// What was visited.
    public var item: ItemID
    /// The item's category, 0 where it is not known.
    public var category: Int64

    /// A visit of `item` by `user` within `session`.
    public init(
        time: Timestamp, user: Int64, session: Int64, item: ItemID, category: Int64 = 0
    ) {
        self.time = time
        self.user = user
        self.session = session
        self.item = item
        self.category = category
    }
}
