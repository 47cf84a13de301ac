/// Puts one `Decodable` value together.
struct CodedReader: Decoder {
    let value: CodedValue
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        if let integer = type as? any (FixedWidthInteger & Decodable).Type {
            return try cast(self.integer(integer))
        }
        switch (type, value) {
        case (is Double.Type, .double(let number)): return try cast(number)
        case (is Float.Type, .double(let number)): return try cast(Float(number))
        case (is String.Type, .text(let text)): return try cast(text)
        case (is Bool.Type, .bool(let flag)): return try cast(flag)
        case (is Double.Type, _), (is Float.Type, _), (is String.Type, _), (is Bool.Type, _):
            throw mismatch(type)
        default: return try Value(from: self)
        }
    }

    private func integer<Number: FixedWidthInteger>(_ type: Number.Type) throws -> Number {
        let number: Number? =
            switch value {
            case .integer(let number): Number(exactly: number)
            case .unsigned(let number): Number(exactly: number)
            default: nil
            }
        guard let number else { throw mismatch(type) }
        return number
    }

    private func cast<Value>(_ value: Any) throws -> Value {
        guard let value = value as? Value else { throw mismatch(Value.self) }
        return value
    }

    func mismatch(_ type: Any.Type) -> DecodingError {
        .typeMismatch(
            type, .init(codingPath: codingPath, debugDescription: "the stored value is \(value)"))
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard case .record(let fields) = value else { throw mismatch([String: Any].self) }
        return KeyedDecodingContainer(Fields<Key>(fields: fields, codingPath: codingPath))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard case .array(let elements) = value else { throw mismatch([Any].self) }
        return Elements(elements: elements, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { Single(reader: self) }
}

private struct Single: SingleValueDecodingContainer {
    let reader: CodedReader
    var codingPath: [any CodingKey] { reader.codingPath }

    func decodeNil() -> Bool { reader.value == .null }
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try reader.decode(type) }
}

private struct Elements: UnkeyedDecodingContainer {
    let elements: [CodedValue]
    let codingPath: [any CodingKey]
    var currentIndex = 0
    var count: Int? { elements.count }
    var isAtEnd: Bool { currentIndex >= elements.count }

    init(elements: [CodedValue], codingPath: [any CodingKey]) {
        self.elements = elements
        self.codingPath = codingPath
    }

    private mutating func next(_ type: Any.Type) throws -> CodedReader {
        let path = codingPath + [CodedIndex(currentIndex)]
        if isAtEnd {
            throw DecodingError.valueNotFound(
                type, .init(codingPath: path, debugDescription: "the array has ended"))
        }
        defer { currentIndex += 1 }
        return CodedReader(value: elements[currentIndex], codingPath: path)
    }

    mutating func decodeNil() throws -> Bool {
        guard !isAtEnd, elements[currentIndex] == .null else { return false }
        currentIndex += 1
        return true
    }
    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try next(type).decode(type)
    }
    mutating func nestedContainer<Key: CodingKey>(
        keyedBy type: Key.Type
    ) throws -> KeyedDecodingContainer<Key> { try next(type).container(keyedBy: type) }
    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try next([Any].self).unkeyedContainer()
    }
    mutating func superDecoder() throws -> any Decoder { try next(Any.self) }
}

private struct Fields<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let fields: [String: CodedValue]
    let codingPath: [any CodingKey]

    var allKeys: [Key] { fields.keys.sorted().compactMap { Key(stringValue: $0) } }

    private func field(_ key: any CodingKey) throws -> CodedReader {
        guard let value = fields[key.stringValue] else {
            throw DecodingError.keyNotFound(
                key,
                .init(
                    codingPath: codingPath,
                    debugDescription: "the stored value has no '\(key.stringValue)'"))
        }
        return CodedReader(value: value, codingPath: codingPath + [key])
    }

    func contains(_ key: Key) -> Bool { fields[key.stringValue] != nil }
    func decodeNil(forKey key: Key) throws -> Bool { try field(key).value == .null }
    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try field(key).decode(type)
    }
    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> { try field(key).container(keyedBy: type) }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try field(key).unkeyedContainer()
    }
    func superDecoder() throws -> any Decoder { try field(CodedSuper()) }
    func superDecoder(forKey key: Key) throws -> any Decoder { try field(key) }
}
