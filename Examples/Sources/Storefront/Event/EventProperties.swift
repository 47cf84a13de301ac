/// The fields of an event that have no place of their own, by name.
///
/// Most events have a few: an array of them is made, asked and thrown away faster than a dictionary.
public struct EventProperties: Sendable, Hashable {
    /// In the order of their names, which occur once.
    private let members: [Member]

    private struct Member: Sendable, Hashable {
        let name: String
        let value: JSONValue
    }

    /// - Parameter fields: In any order; where a name comes again, the last value counts.
    /// - Complexity: O(n log n).
    public init(_ fields: [(name: String, value: JSONValue)]) {
        if zip(fields, fields.dropFirst()).allSatisfy({ $0.name < $1.name }) {
            members = fields.map { Member(name: $0.name, value: $0.value) }
            return
        }
        let sorted = fields.enumerated().sorted {
            ($0.element.name, $0.offset) < ($1.element.name, $1.offset)
        }
        members = sorted.indices.compactMap { index in
            let field = sorted[index].element
            let isRepeated =
                index + 1 < sorted.count && sorted[index + 1].element.name == field.name
            return isRepeated ? nil : Member(name: field.name, value: field.value)
        }
    }

    public var isEmpty: Bool { members.isEmpty }
    public var count: Int { members.count }

    /// - Complexity: O(n).
    public subscript(name: String) -> JSONValue? {
        // By place, so that only the value is copied.
        members.firstIndex { $0.name == name }.map { members[$0].value }
    }
}

extension EventProperties: Sequence {
    /// The fields in the order of their names.
    public func makeIterator() -> some IteratorProtocol<(name: String, value: JSONValue)> {
        members.lazy.map { (name: $0.name, value: $0.value) }.makeIterator()
    }
}

extension EventProperties: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral fields: (String, JSONValue)...) {
        self.init(fields.map { (name: $0.0, value: $0.1) })
    }
}

extension EventProperties: Codable {
    public func encode(to encoder: any Encoder) throws {
        let pairs = map { ($0.name, $0.value) }
        try Dictionary(pairs) { $1 }.encode(to: encoder)
    }

    public init(from decoder: any Decoder) throws {
        let values = try [String: JSONValue](from: decoder)
        self.init(values.map { (name: $0.key, value: $0.value) })
    }
}
