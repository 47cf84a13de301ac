public import Millrace

/// What a visitor of a shop or a site did: the event of all examples.
public struct Click: Sendable, Equatable, Codable {
    /// When it happened.
    public var time: Timestamp
    /// Who did it.
    public var user: ID
    /// What it was done to: a product, an article, a page.
    public var item: ID
    /// `view`, `cart`, `fav`, `purchase` …
    public var type: String
    /// The session that the site gave it; empty if it gives none.
    public var session: String
    /// What kind of item it is; empty if that is not known.
    public var category: String

    public init(
        time: Timestamp, user: ID, item: ID, type: String = "view", session: String = "",
        category: String = ""
    ) {
        self.time = time
        self.user = user
        self.item = item
        self.type = type
        self.session = session
        self.category = category
    }

    /// Whether the visitor bought something.
    public var isPurchase: Bool { type == "purchase" }
}

/// An identifier: numbers are ordered by value and come before other text, which is ordered by bytes.
public struct ID: StreamKey, Comparable, CustomStringConvertible, ExpressibleByStringLiteral {
    public let description: String

    public init(_ text: String) { description = text }

    public init(stringLiteral text: String) { description = text }

    public var stableHash: UInt64 { description.stableHash }

    public static func < (a: ID, b: ID) -> Bool {
        switch (Int64(a.description), Int64(b.description)) {
        case (let a?, let b?): a < b
        case (_?, nil): true
        case (nil, _?): false
        case (nil, nil): a.description < b.description
        }
    }
}

extension ID: StateCodable, Codable {
    public func encode(to writer: inout StateWriter) { writer.write(description) }

    public init(from reader: inout StateReader) throws {
        description = try reader.read(String.self)
    }

    public func encode(to encoder: any Encoder) throws { try description.encode(to: encoder) }

    public init(from decoder: any Decoder) throws { description = try String(from: decoder) }
}
