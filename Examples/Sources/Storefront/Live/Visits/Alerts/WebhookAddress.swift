import Foundation

/// Where alerts are posted: an address of HTTP.
public struct WebhookAddress: Sendable, Hashable {
    /// The address as it was given.
    public let text: String

    /// Why a text is no such address, as the end of a sentence that begins with it.
    public struct Problem: Error, Hashable, CustomStringConvertible {
        public let description: String
    }

    /// Takes `http` and `https` in any case, with or without a port, a path and a query; no user and password, which
    /// would not be sent.
    ///
    /// Whether somebody is there is found out when something is posted.
    /// - Throws: ``Problem``. It does not repeat the text, which may hold a secret.
    public init(_ text: String) throws(Problem) {
        guard let parts = URLComponents(string: text), URL(string: text) != nil else {
            throw Problem(description: "is not a URL")
        }
        guard ["http", "https"].contains(parts.scheme?.lowercased()) else {
            throw Problem(description: "does not begin with http:// or https://")
        }
        guard let host = parts.host, !host.isEmpty else {
            throw Problem(description: "has no host")
        }
        // `port` is nil as well where the number is too large for it.
        if let range = parts.rangeOfPort, let text = parts.string?[range], !text.isEmpty,
            !(1...65535).contains(Int(text) ?? 0)
        {
            throw Problem(description: "has a port that is not from 1 to 65535")
        }
        if parts.user != nil || parts.password != nil {
            throw Problem(description: "has a user or password before the host, which are not sent")
        }
        self.text = text
    }
}
