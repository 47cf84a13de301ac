import Foundation
import MillraceTesting
import Testing

@testable import Millrace

/// Random documents, whole and damaged, against Foundation.
@Suite struct JSONDocumentTests {
    /// Any JSON value, read through the reader's public calls.
    indirect enum Value: Equatable {
        case null, bool(Bool), number(Double), string(String), array([Value]), object(
            [String: Value])

        init(from json: inout JSONReader) throws {
            switch json.position < json.end ? json.position.pointee : 0 {
            case UInt8(ascii: "n"):
                try json.skip()
                self = .null
            case UInt8(ascii: "t"), UInt8(ascii: "f"): self = .bool(try json.bool())
            case UInt8(ascii: "\""): self = .string(try json.string())
            case UInt8(ascii: "["):
                var values: [Value] = []
                try json.array { values.append(try Value(from: &$0)) }
                self = .array(values)
            case UInt8(ascii: "{"): self = .object(try json.object(Document.self).fields)
            default: self = .near(try json.double())
            }
        }

        /// Twelve digits: Foundation's last ones are not those of the nearest number.
        static func near(_ number: Double) -> Value {
            .number(Double(String(format: "%.12e", number)) ?? number)
        }

        init?(_ any: Any) {
            switch any {
            case is NSNull: self = .null
            case let number as NSNumber:
                let isBool = String(cString: number.objCType) == "c"
                self = isBool ? .bool(number.boolValue) : .near(number.doubleValue)
            case let string as String: self = .string(string)
            case let array as [Any]: self = .array(array.compactMap(Value.init))
            case let object as [String: Any]: self = .object(object.compactMapValues(Value.init))
            default: return nil
            }
        }
    }

    struct Document: JSONDecodableRecord {
        var fields: [String: Value] = [:]

        init(from json: inout JSONReader) throws {
            while let field = try json.nextField() {
                let name = field.string
                fields[name] = try Value(from: &json)
            }
        }
    }

    private func decode(_ bytes: [UInt8]) throws -> Document? {
        var decoder = JSONLinesDecoder<Document>()
        return try bytes.withUnsafeBufferPointer { try decoder.decode($0) }
    }

    /// Writes a random value, with escapes and space as they may be.
    struct Writer {
        var random: SeededGenerator
        var text = ""

        mutating func space() {
            text += ["", "", "", " ", "\t ", "  "].randomElement(using: &random) ?? ""
        }

        mutating func string() {
            text += "\""
            for _ in 0..<Int.random(in: 0...12, using: &random) {
                text +=
                    [
                        "a", "b c", "é", "€", "😀", "\\n", "\\\"", "\\\\", "\\/", "\\u00e9",
                        "\\ud83d\\ude00", "\\t", "0", "{", "]", ",",
                    ].randomElement(using: &random) ?? ""
            }
            text += "\""
        }

        mutating func number() {
            if Bool.random(using: &random) { text += "-" }
            text += "\(UInt64.random(in: 0...1_000_000_000_000, using: &random))"
            if Bool.random(using: &random) {
                text += ".\(UInt32.random(in: 0...99999, using: &random))"
            }
            if Bool.random(using: &random) {
                text += ["e", "E", "e+", "E-"].randomElement(using: &random) ?? "e"
                text += "\(Int.random(in: 0...99, using: &random))"
            }
        }

        mutating func value(depth: Int) {
            space()
            switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &random) {
            case 0: text += "null"
            case 1: text += Bool.random(using: &random) ? "true" : "false"
            case 2, 3: number()
            case 4, 5: string()
            case 6:
                text += "["
                let count = Int.random(in: 0...4, using: &random)
                for index in 0..<count {
                    if index > 0 { text += "," }
                    value(depth: depth - 1)
                }
                if count == 0 { space() }
                text += "]"
            default: object(depth: depth - 1)
            }
            space()
        }

        mutating func object(depth: Int) {
            text += "{"
            space()
            for index in 0..<Int.random(in: 0...4, using: &random) {
                if index > 0 { text += "," }
                space()
                text += "\"k\(index)\""
                space()
                text += ":"
                value(depth: depth)
            }
            text += "}"
        }
    }

    @Test(arguments: 0..<10)
    func documentsAreReadAsByFoundation(seed: UInt64) throws {
        var writer = Writer(random: SeededGenerator(seed: seed))
        for _ in 0..<60 {
            writer.text = ""
            writer.object(depth: 4)
            let any = try JSONSerialization.jsonObject(with: Data(writer.text.utf8))
            let expected = Value(any)
            let read = try decode(Array(writer.text.utf8)).map { Value.object($0.fields) }
            #expect(read == expected, "\(writer.text)")
        }
    }

    /// Whatever bytes come, they are read or refused with their place; nothing traps.
    @Test(arguments: 0..<10)
    func damageIsRefusedByColumn(seed: UInt64) throws {
        var writer = Writer(random: SeededGenerator(seed: seed))
        var random = SeededGenerator(seed: seed &+ 100)
        for _ in 0..<60 {
            writer.text = ""
            writer.object(depth: 3)
            for _ in 0..<5 {
                var damaged = Array(writer.text.utf8)
                for _ in 0..<Int.random(in: 1...4, using: &random) where !damaged.isEmpty {
                    let place = Int.random(in: 0..<damaged.count, using: &random)
                    switch Int.random(in: 0..<4, using: &random) {
                    case 0: damaged[place] = UInt8.random(in: 0...255, using: &random)
                    case 1: damaged.remove(at: place)
                    case 2: damaged.removeSubrange(place...)
                    default: damaged.insert(UInt8.random(in: 0...255, using: &random), at: place)
                    }
                }
                do {
                    _ = try decode(damaged)
                } catch {
                    let error = try #require(error as? StreamError)
                    #expect(error.code == .malformedInput)
                    let column = error.place?.split { " ,".contains($0) }.dropFirst().first
                    let number = try #require(column.flatMap { Int($0) }, "\(error)")
                    #expect((1...damaged.count + 1).contains(number))
                }
            }
        }
    }

    @Test func namesMayBeEscaped() throws {
        let document = try decode(
            Array(#"{"\u0061":1,"gr\u00f6\u00dfe":2,"\n":{"\"":3,"\ud83d\ude00":[]}}"#.utf8))
        #expect(
            document?.fields == [
                "a": .number(1), "größe": .number(2),
                "\n": .object(["\"": .number(3), "😀": .array([])]),
            ])
    }

    @Test func everyIntegerCanBeWritten() {
        struct Row: JSONEncodableRecord {
            func encode(to json: inout JSONWriter) {
                json.field("a", Int64.min)
                json.field("b", UInt64.max)
                json.field("c", Int128.min)
                json.field("d", UInt128.max)
                json.field("e", Int8.min)
            }
        }
        var writer = JSONWriter()
        writer.object(Row())
        #expect(
            String(decoding: writer.bytes, as: UTF8.self)
                == "{\"a\":\(Int64.min),\"b\":\(UInt64.max),\"c\":\(Int128.min),\"d\":\(UInt128.max),\"e\":-128}"
        )
    }
}
