import Millrace

/// Where a page ends, as the text that is given out with it: the place, and a checksum behind which nobody
/// mistypes it, or makes it up, unnoticed.
public struct PageCursor: Sendable, Equatable {
    public var place: String
    private let list: String

    /// - Parameter list: What the pages are of: the cursor of one list is none of another.
    public init(_ place: String, of list: String) {
        self.place = place
        self.list = list
    }

    public var text: String {
        "\(String("\(list) \(place)".stableHash & 0xFFFF_FFFF, radix: 36)).\(place)"
    }

    /// - Throws: ``InvalidCursor`` if no page of the list has given it out.
    public init(text: String, of list: String) throws(InvalidCursor) {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        self.init(String(parts.last ?? ""), of: list)
        if parts.count < 2 || self.text != text { throw InvalidCursor(cursor: text) }
    }
}

/// A cursor that no page has given out.
public struct InvalidCursor: Error, Sendable, Equatable {
    public var cursor: String
}
