import Millrace
import Topologies

extension ShopViews {
    /// Sessions, those that began last first; of the same time those of the smaller user first.
    ///
    /// Without a user, the newest 10,000 open and 10,000 closed ones or so are looked through; with one, the
    /// open ones and the last 20 closed ones. A session that begins or ends while pages are read is on one page
    /// or on none, never on two.
    /// - Throws: ``InvalidCursor`` if no page has given out the filter's cursor.
    public func sessions(_ filter: SessionFilter = SessionFilter()) async throws -> SessionPage {
        let last = try filter.cursor.map { try SessionEntry(cursor: $0) }
        async let users = running.state("live-sessions", key: ID.self, value: UserSessions.self)
        var found: [SessionView]
        if let user = filter.user {
            found = try await users.get(user)?.sessions.map { $0.view(of: user) } ?? []
            found.sort { SessionEntry($0) < SessionEntry($1) }
        } else {
            found = try await newest(filter, behind: last, users: users)
        }
        found = found.filter { session in
            filter.admits(session) && last.map { $0 < SessionEntry(session) } ?? true
        }
        let page = Array(found.prefix(filter.limit))
        let hasMore = found.count > page.count
        return SessionPage(sessions: page, next: hasMore ? page.last.map(\.cursor) : nil)
    }

    /// One session more than the filter asks for, if there are so many.
    private func newest(
        _ filter: SessionFilter, behind last: SessionEntry?,
        users: StateSnapshot<ID, UserSessions>
    ) async throws -> [SessionView] {
        let index = try await running.state(
            "session-index", key: SessionShard.self, value: SessionList.self)
        // Sessions that begin at `to` or later come first; they are passed over by beginning there.
        var start = last
        if let to = filter.to {
            let bound = SessionEntry(start: to - .milliseconds(1), user: "")
            start = start.map { max($0, bound) } ?? bound
        }
        var found: [SessionView] = []
        // The index may know of a session what the users do not know yet, or no longer, so that some of the
        // entries are left out.
        var limit = filter.limit + 1
        while true {
            var entries: [SessionEntry] = []
            var isComplete = true
            index.forEach { shard, list in
                if let state = filter.state, (state == .open) != shard.isOpen { return }
                let page = Array(list.page(behind: start, limit: limit))
                if page.count == limit { isComplete = false }
                entries += page
            }
            entries.sort()
            found = entries.prefix(isComplete ? entries.count : limit).compactMap { entry in
                users.get(entry.user)?.sessions.first { $0.start == entry.start }?
                    .view(of: entry.user)
            }
            let admitted = found.count(where: filter.admits)
            if isComplete || admitted > filter.limit || limit > SessionList.limit { return found }
            limit *= 4
        }
    }

    /// A session with its path.
    /// - Returns: `nil` if it is not known, or no longer.
    public func session(id: String) async throws -> SessionDetail? {
        let users = try await running.state(
            "live-sessions", key: ID.self, value: UserSessions.self)
        for entry in SessionEntry.candidates(id) {
            let sessions = users.get(entry.user)?.sessions
            if let session = sessions?.first(where: { $0.start == entry.start }) {
                return SessionDetail(session: session.view(of: entry.user), path: session.path)
            }
        }
        return nil
    }
}

extension SessionFilter {
    fileprivate func admits(_ session: SessionView) -> Bool {
        if let state, session.state != state { return false }
        if let from, session.start < from { return false }
        if let to, session.start >= to { return false }
        return true
    }
}

extension SessionPage {
    /// A cursor as it is, if a page of sessions has given it out.
    /// - Throws: ``InvalidCursor`` if none has.
    public static func checked(_ cursor: String) throws(InvalidCursor) -> String {
        _ = try SessionEntry(cursor: cursor)
        return cursor
    }
}

extension SessionView {
    /// The session's place in the order of pages.
    fileprivate var cursor: String {
        PageCursor("\(start.millis).\(user)", of: SessionEntry.list).text
    }
}

extension SessionEntry {
    fileprivate init(_ session: SessionView) {
        self.init(start: session.start, user: session.user)
    }

    /// The name of the list in its cursors.
    fileprivate static let list = "sessions"

    fileprivate init(cursor: String) throws(InvalidCursor) {
        let parts = try PageCursor(text: cursor, of: Self.list).place
            .split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let millis = Int64(parts[0]) else {
            throw InvalidCursor(cursor: cursor)
        }
        self.init(start: Timestamp(millis: millis), user: ID(String(parts[1])))
    }

    /// What an id may mean: a user's name and a time may both have a minus sign.
    fileprivate static func candidates(_ id: String) -> [SessionEntry] {
        guard let dash = id.lastIndex(of: "-") else { return [] }
        return [dash, dash > id.startIndex ? id.index(before: dash) : dash].compactMap { place in
            guard id[place] == "-", let millis = Int64(id[id.index(after: place)...]) else {
                return nil
            }
            return SessionEntry(start: Timestamp(millis: millis), user: ID(String(id[..<place])))
        }
    }
}
