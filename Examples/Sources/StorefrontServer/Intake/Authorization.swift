import HTTPTypes
import Hummingbird

extension Request {
    /// Checks that the request bears a token, if one is demanded.
    /// - Throws: ``Problem`` with status 401.
    func authorize(with token: String?) throws {
        guard let token else { return }
        guard let given = headers[.authorization] else {
            throw Problem.unauthorized("this call needs a bearer token")
        }
        let parts = given.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer",
            Self.areEqual(parts[1].utf8, token.utf8)
        else { throw Problem.unauthorized("the bearer token is not the right one") }
    }

    /// Compares in a time that does not tell how much is right.
    private static func areEqual(_ a: Substring.UTF8View, _ b: String.UTF8View) -> Bool {
        guard a.count == b.count else { return false }
        return zip(a, b).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// Checks that no page of another site has made the browser send this: such a page could otherwise reach
    /// a shop that only this machine can reach.
    /// - Throws: ``Problem`` with status 403.
    func refuseCrossSite() throws {
        if method == .get || method == .head { return }
        guard let site = headers[.secFetchSite], site != "same-origin", site != "none" else {
            return
        }
        throw Problem(status: .forbidden, detail: "pages of other sites may not call this")
    }

    /// Checks that the body is said to be JSON.
    /// - Throws: ``Problem`` with status 415.
    func requireJSON() throws {
        let type = headers[.contentType]?.split(separator: ";").first?
            .trimming(while: { $0 == " " }).lowercased()
        if let type, type == "application/json" || type.hasSuffix("+json") { return }
        throw Problem(
            status: .unsupportedMediaType, detail: "the body must be application/json",
            headers: [.accept: "application/json"])
    }
}

extension HTTPField.Name {
    fileprivate static let secFetchSite = header("Sec-Fetch-Site")
}

extension Substring {
    fileprivate func trimming(while isTrimmed: (Character) -> Bool) -> Substring {
        let start = drop(while: isTrimmed)
        guard let last = start.lastIndex(where: { !isTrimmed($0) }) else { return "" }
        return start[...last]
    }
}
