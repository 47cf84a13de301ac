import Foundation
import Millrace
import MillraceTesting
import Testing

/// What is JSON and what is not, by RFC 8259, seen through a field that a record skips.
@Suite struct JSONReaderTests {
    struct Skipping: JSONDecodableRecord {
        var last: Int?

        init(from json: inout JSONReader) throws {
            while let field = try json.nextField() {
                switch field {
                case "last": last = try json.integer()
                default: try json.skip()
                }
            }
        }
    }

    private func decode(_ bytes: [UInt8]) throws -> Skipping? {
        var decoder = JSONLinesDecoder<Skipping>()
        return try bytes.withUnsafeBufferPointer { try decoder.decode($0) }
    }

    static let valid = [
        "0", "-0", "1", "-1", "10", "123456789012345678901234567890", "0.5", "-0.5", "1.25", "1e5",
        "1E5", "1e+5", "1e-5", "1.5e10", "-1.5E-10", "0e0", "true", "false", "null", "\"\"",
        "\"a\"", "\"\\\"\"", "\"\\\\\"", "\"\\/\"", "\"\\b\\f\\n\\r\\t\"", "\"\\u0041\"",
        "\"\\u00e9\"", "\"\\ud83d\\ude00\"", "\"\\uD834\\uDD1E\"", "\"\\u0000\"", "\"é\"", "\"€\"",
        "\"😀\"", "\"\u{7F}\"", "\"\u{2028}\"", "\"\u{FFFF}\"", "[]", "[ ]", "[1]", "[1,2]",
        "[ 1 , 2 ]", "[[]]", "[[[[1]]]]", "[{}]", "[null,true,false]", "{}", "{ }", "{\"a\":1}",
        "{\"a\":1,\"b\":2}", "{\"a\":{\"b\":[1,{\"c\":null}]}}", "{\"\":0}", "{\"a\":1,\"a\":2}",
        "{\"\\u0061\":1}", " 1 ", "\t1\t", "[1\t,\t2]", "\"a long string without anything odd\"",
        "\"a long string with an escape \\n in the middle\"", "[\"a\",\"b\",\"c\"]",
    ]

    static let invalid = [
        "", "01", "-", "-01", "+1", ".5", "1.", "1.e5", "1e", "1e+", "1e-", "0x10", "1_000", "--1",
        "1 2", "NaN", "Infinity", "-Infinity", "nan", "True", "TRUE", "tru", "truee", "nul",
        "nulll",
        "fals", "\"", "\"a", "a\"", "'a'", "\"\\x41\"", "\"\\u004\"", "\"\\u004g\"", "\"\\U0041\"",
        "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"", "\"\\ud800a\"", "\"\\ud800\\ud800\"",
        "\"\\\"", "\"\\a\"", "\"a\u{1}b\"", "\"tab\there\"", "\"\u{1F}\"", "[", "]", "[1", "[1,",
        "[1,]",
        "[,1]", "[,]", "[1 2]", "[1,,2]", "{", "}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}",
        "{\"a\" 1}", "{a:1}", "{'a':1}", "{1:1}", "{\"a\":1 \"b\":2}", "{\"a\":1,,\"b\":2}",
        "{\"a\"::1}", "{\"a\":1", "[1}", "{\"a\":1]", "1,", ",1", "/* */1", "1//", "#", "\u{FEFF}1",
        "\u{A0}1", "undefined", "()", "<1>", "\"a\" \"b\"", "[\"a\"", "[\"a", "@", "$",
    ]

    @Test(arguments: valid)
    func acceptsValidJSON(_ text: String) throws {
        #expect(try decode(Array("{\"x\":\(text),\"last\":7}".utf8))?.last == 7)
        #expect(try decode(Array(" { \"last\" : 7 , \"x\" : \(text) } \t".utf8))?.last == 7)
    }

    @Test(arguments: invalid)
    func refusesInvalidJSON(_ text: String) {
        #expect(throws: StreamError.self) {
            try decode(Array("{\"x\":\(text),\"last\":7}".utf8))
        }
    }

    @Test(
        arguments: [
            [0xFF], [0xC0, 0x80], [0xC3], [0xE2, 0x82], [0xED, 0xA0, 0x80],
            [0xF5, 0x80, 0x80, 0x80],
            [0xF0, 0x80, 0x80, 0x80], [0x80],
        ] as [[UInt8]])
    func refusesInvalidUTF8(_ bytes: [UInt8]) {
        #expect(throws: StreamError.self) {
            try decode(Array("{\"x\":\"".utf8) + bytes + Array("\"}".utf8))
        }
    }

    @Test func boundsNesting() {
        func nested(_ depth: Int) -> [UInt8] {
            let open = String(repeating: "[", count: depth)
            return Array("{\"x\":\(open)\(String(repeating: "]", count: depth))}".utf8)
        }
        #expect(throws: Never.self) { try decode(nested(127)) }
        #expect(throws: StreamError.self) { try decode(nested(128)) }
        #expect(throws: StreamError.self) { try decode(nested(100_000)) }
    }

    @Test func namesColumnAndField() {
        #expect {
            try decode(Array("{\"a\":1,\"last\":12x}".utf8))
        } throws: { error in
            "\(error)".contains("column 17, field 'last'")
        }
    }

    /// A name that is written as a string or a number.
    struct Named: JSONDecodableRecord {
        var name = ""

        init(from json: inout JSONReader) throws {
            while let field = try json.nextField() {
                if field == "name" { name = try json.text() } else { try json.skip() }
            }
        }
    }

    @Test func aTextIsAStringOrANumber() throws {
        func name(_ value: String) throws -> String? {
            var decoder = JSONLinesDecoder<Named>()
            return try Array(#"{"name":\#(value)}"#.utf8).withUnsafeBufferPointer {
                try decoder.decode($0)?.name
            }
        }
        #expect(try name(#""a""#) == "a")
        #expect(try name("-12.50") == "-12.50")
        for value in ["{}", "[]", "true", "null", "x"] {
            let error = #expect(throws: StreamError.self) { try name(value) }
            #expect(error?.message == "a string or a number was expected")
        }
    }

    @Test func repeatedFieldsGiveTheLast() throws {
        #expect(try decode(Array("{\"last\":1,\"last\":2}".utf8))?.last == 2)
    }

    /// Damaged lines are accepted or refused as Foundation does, and never trap.
    @Test(arguments: 0..<20)
    func agreesWithFoundationOnDamagedInput(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let line = Array(
            #"{"id":-12.5e3,"s":"a\u00e9\n\"q","t":true,"n":null,"l":[1,[],{"k":0}],"last":42}"#
                .utf8)
        for _ in 0..<500 {
            var damaged = line
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let place = Int.random(in: 0..<damaged.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: damaged[place] = UInt8.random(in: 0x20...0x7E, using: &random)
                case 1: damaged.remove(at: place)
                default:
                    damaged.insert(
                        Array("{}[]\",:0\\-e.".utf8).randomElement(using: &random) ?? 0, at: place)
                }
            }
            let theirs = (try? JSONSerialization.jsonObject(with: Data(damaged))) is [String: Any]
            let ours = (try? decode(damaged)) != nil
            // Foundation lets a comma follow the last element, and the record wants a whole number.
            let text = String(decoding: damaged, as: UTF8.self)
            if text.contains(",]") || text.contains(",}") || !text.contains("\"last\":42}") {
                continue
            }
            #expect(theirs == ours, "\(text)")
        }
    }

    @Test func theWriterIsReadBack() throws {
        struct Row: JSONRecord, Equatable {
            var text = ""
            var number = 0
            var real = 0.0
            var flag = false
            var list: [Int] = []

            init() {}

            init(from json: inout JSONReader) throws {
                while let field = try json.nextField() {
                    switch field {
                    case "text": text = try json.string()
                    case "number": number = try json.integer()
                    case "real": real = try json.double()
                    case "flag": flag = try json.bool()
                    case "list": try json.array { list.append(try $0.integer()) }
                    default: try json.skip()
                    }
                }
            }

            func encode(to json: inout JSONWriter) {
                json.field("text", text)
                json.field("number", number)
                json.field("real", real)
                json.field("flag", flag)
                json.field("list", list) { $0.value($1) }
            }
        }
        var random = SeededGenerator(seed: 1)
        let scalars: [Character] = [
            "a", "\"", "\\", "\n", "\u{1}", "é", "€", "😀", "/", "\t", "\r\n",
        ]
        for _ in 0..<500 {
            var row = Row()
            row.text = String(
                (0..<Int.random(in: 0...12, using: &random)).compactMap { _ in
                    scalars.randomElement(using: &random)
                })
            row.number = Int(truncatingIfNeeded: random.next())
            row.real = Double(bitPattern: random.next() & 0x7FEF_FFFF_FFFF_FFFF)
            row.flag = Bool.random(using: &random)
            row.list = (0..<3).map { _ in Int.random(in: -5...5, using: &random) }
            var writer = JSONWriter()
            writer.object(row)
            var decoder = JSONLinesDecoder<Row>()
            let read = try writer.bytes.withUnsafeBufferPointer { try decoder.decode($0) }
            #expect(read == row)
        }
    }

    @Test func fieldsWithoutAValueAreNull() {
        struct Row: JSONEncodableRecord {
            func encode(to json: inout JSONWriter) {
                json.null("rank")
                json.field("place", 1)
                json.null("reason")
            }
        }
        var writer = JSONWriter()
        writer.object(Row())
        let text = String(decoding: writer.bytes, as: UTF8.self)
        #expect(text == #"{"rank":null,"place":1,"reason":null}"#)
    }

    @Test func integersAreNumbersOrStrings() {
        var writer = JSONWriter()
        func written(_ write: (inout JSONWriter) -> Void) -> String {
            writer = JSONWriter()
            write(&writer)
            return String(decoding: writer.bytes, as: UTF8.self)
        }
        for number in [Int64.min, -10, -1, 0, 7, 1_234_567_890, .max] {
            #expect(written { $0.value(number) } == "\(number)")
            #expect(written { $0.value(quoting: number) } == "\"\(number)\"")
        }
        #expect(written { $0.value(UInt64.max) } == "\(UInt64.max)")
        #expect(written { $0.value(quoting: UInt64.max) } == "\"\(UInt64.max)\"")
        #expect(written { $0.value(quoting: Int128.min) } == "\"\(Int128.min)\"")
        #expect(written { $0.field("id", quoting: -5) } == #""id":"-5""#)
    }
}
