/// Takes one `Encodable` value apart.
final class CodedNode: Encoder {
    /// What the node turned out to be.
    private enum Content {
        case single(CodedValue)
        case array([CodedNode])
        case record([String: CodedNode])
    }

    let codingPath: [any CodingKey]
    let userInfo: [CodingUserInfoKey: Any] = [:]
    private var content = Content.single(.record([:]))

    init(path: [any CodingKey]) { codingPath = path }

    var value: CodedValue {
        switch content {
        case .single(let value): value
        case .array(let nodes): .array(nodes.map(\.value))
        case .record(let nodes): .record(nodes.mapValues(\.value))
        }
    }

    func encode(_ value: some Encodable) throws {
        switch value {
        case let value as Int64: put(.integer(value))
        case let value as UInt64: put(.unsigned(value))
        case let value as any (BinaryInteger & Encodable): try put(integer: value)
        case let value as Double: put(.double(value))
        case let value as Float: put(.double(Double(value)))
        case let value as String: put(.text(value))
        case let value as Bool: put(.bool(value))
        default: try value.encode(to: self)
        }
    }

    func put(_ value: CodedValue) { content = .single(value) }

    private func put(integer value: some BinaryInteger & Encodable) throws {
        if let number = Int64(exactly: value) { return put(.integer(number)) }
        if let number = UInt64(exactly: value) { return put(.unsigned(number)) }
        throw EncodingError.invalidValue(
            value, .init(codingPath: codingPath, debugDescription: "it has more than 64 bits"))
    }

    /// The node in the record under a name: a container that is asked for twice is one.
    func field(_ key: any CodingKey) -> CodedNode {
        var fields: [String: CodedNode] = [:]
        if case .record(let known) = content { fields = known }
        // The dictionary must have one owner, or each field would copy it.
        content = .single(.null)
        let node = fields[key.stringValue] ?? CodedNode(path: codingPath + [key])
        fields[key.stringValue] = node
        content = .record(fields)
        return node
    }

    /// A new node at the end of the array.
    func element() -> CodedNode {
        var elements: [CodedNode] = []
        if case .array(let known) = content { elements = known }
        // The array must have one owner, or each element would copy it.
        content = .single(.null)
        let node = CodedNode(path: codingPath + [CodedIndex(elements.count)])
        elements.append(node)
        content = .array(elements)
        return node
    }

    func beginArray() { if case .array = content {} else { content = .array([]) } }

    var elementCount: Int { if case .array(let known) = content { known.count } else { 0 } }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        KeyedEncodingContainer(Fields<Key>(node: self))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        beginArray()
        return Elements(node: self)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { Single(node: self) }
}

/// The place of an element in an array.
struct CodedIndex: CodingKey {
    let intValue: Int?
    var stringValue: String { "\(intValue ?? 0)" }

    init(_ index: Int) { intValue = index }
    init?(intValue: Int) { self.intValue = intValue }
    init?(stringValue: String) { nil }
}

private struct Single: SingleValueEncodingContainer {
    let node: CodedNode
    var codingPath: [any CodingKey] { node.codingPath }

    mutating func encodeNil() { node.put(.null) }
    mutating func encode(_ value: some Encodable) throws { try node.encode(value) }
}

private struct Elements: UnkeyedEncodingContainer {
    let node: CodedNode
    var codingPath: [any CodingKey] { node.codingPath }
    var count: Int { node.elementCount }

    mutating func encodeNil() { node.element().put(.null) }
    mutating func encode(_ value: some Encodable) throws { try node.element().encode(value) }
    mutating func nestedContainer<Key: CodingKey>(
        keyedBy type: Key.Type
    ) -> KeyedEncodingContainer<Key> { node.element().container(keyedBy: type) }
    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        node.element().unkeyedContainer()
    }
    mutating func superEncoder() -> any Encoder { node.element() }
}

private struct Fields<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let node: CodedNode
    var codingPath: [any CodingKey] { node.codingPath }

    mutating func encodeNil(forKey key: Key) { node.field(key).put(.null) }
    mutating func encode(_ value: some Encodable, forKey key: Key) throws {
        try node.field(key).encode(value)
    }
    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> { node.field(key).container(keyedBy: type) }
    mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        node.field(key).unkeyedContainer()
    }
    mutating func superEncoder() -> any Encoder { node.field(CodedSuper()) }
    mutating func superEncoder(forKey key: Key) -> any Encoder { node.field(key) }
}

/// The name under which a class stores its superclass.
struct CodedSuper: CodingKey {
    var stringValue: String { "super" }
    var intValue: Int? { nil }

    init() {}
    init?(intValue: Int) { nil }
    init?(stringValue: String) { nil }
}
