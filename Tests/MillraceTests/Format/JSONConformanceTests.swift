import Foundation
import Testing

@testable import Millrace

/// The cases of the JSON parsing test suite (Nicolas Seriot, "Parsing JSON Is a Minefield") by rule of
/// RFC 8259: what must be accepted, what must be refused, and what is left open. Each is the value of a
/// field.
@Suite struct JSONConformanceTests {
    /// Reads the field `v` as what it is, so that values are checked and not only skipped.
    struct Tree: JSONDecodableRecord {
        var text: String?

        init(from json: inout JSONReader) throws {
            while let field = try json.nextField() {
                switch field {
                case "v": text = try json.string()
                default: try json.skip()
                }
            }
        }
    }

    static func decode(_ bytes: [UInt8]) throws -> Tree? {
        var decoder = JSONLinesDecoder<Tree>()
        return try bytes.withUnsafeBufferPointer { try decoder.decode($0) }
    }

    static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test(
        arguments: [
            "[[]   ]", "[\"\"]", "[\"a\"]", "[false]", "[null, 1, \"1\", {}]", "[null]", "[1\n]",
            " [1]", "[1,null,null,null,2]", "[2] ", "[123e65]", "[0e+1]", "[0e1]", "[ 4]",
            "[-0.000000000000000000000000000000000000000000000000000000000000000000000000000001]",
            "[20e1]", "[-0]", "[-123]", "[-1]", "[1E22]", "[1E-2]", "[1E+2]", "[123e45]",
            "[123.456e78]", "[1e-2]", "[1e+2]", "[123]", "[123.456789]", "[0.4e-669999999999]",
            "[1e99999]", "[-123123123123123123123123123123]", "[100000000000000000000]",
            "{\"asd\":\"sdf\", \"dfg\":\"fgh\"}", "{\"asd\":\"sdf\"}", "{\"a\":\"b\",\"a\":\"c\"}",
            "{\"a\":\"b\",\"a\":\"b\"}", "{}", "{\"\":0}", "{\"foo\\u0000bar\": 42}",
            "{ \"min\": -1.0e+28, \"max\": 1.0e+28 }",
            "{\"x\":[{\"id\": \"xxxx\"}], \"id\": \"x\"}",
            "{\"a\":[]}", "{\n\"a\": \"b\"\n}",
            "{\"title\":\"\\u041f\\u043e\\u043b\\u0442\\u043e\\u0440\\u0430\"}",
            "[\"\\u0060\\u012a\\u12AB\"]", "[\"\\uD801\\udc37\"]",
            "[\"\\ud83d\\ude39\\ud83d\\udc8d\"]",
            "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]", "[\"\\\\u0000\"]", "[\"\\\"\"]",
            "[\"a/*b*/c/*d//e\"]",
            "[\"\\\\a\"]", "[\"\\\\n\"]", "[\"\\u0012\"]", "[\"\\uFFFF\"]", "[ \"asd\"]",
            "[\"\\uDBFF\\uDFFF\"]", "[\"new\\u00A0line\"]", "[\"\u{10FFFF}\"]", "[\"\u{FFFF}\"]",
            "[\"\\u0000\"]", "[\"\\u002c\"]", "[\"π\"]", "[\"\u{1BFFF}\"]", "[\"asd \"]", "\" \"",
            "[\"\\uD834\\uDd1e\"]", "[\"\\u0821\"]", "[\"\\u0123\"]", "[\"\u{2028}\"]",
            "[\"\u{2029}\"]", "[\"\\u0061\\u30af\\u30EA\\u30b9\"]", "[\"new\\u000Aline\"]",
            "[\"\u{7F}\"]", "[\"\\uA66D\"]", "[\"\\u005C\"]", "[\"⍂㈴⍂\"]", "[\"\\u0022\"]",
            "[\"\\uDBFF\\uDFFE\"]", "[\"\\uD83F\\uDFFE\"]", "[\"\\u200B\"]", "[\"\\u2064\"]",
            "[\"\\uFDD0\"]", "[\"\\uFFFE\"]", "[\"€𝄞\"]", "[\"aa\"]", "false", "42", "-0.1", "null",
            "\"asd\"", "true", "\"\"", "[\"a\"]\n", "[true]", " [] ", "\t[\r\n]",
        ])
    func accepts(_ text: String) {
        #expect(throws: Never.self) { try Self.decode(Self.bytes("{\"x\":\(text)}")) }
    }

    @Test(
        arguments: [
            "[1 true]", "[\"\": 1]", "[\"\"],", "[,1]", "[1,,2]", "[\"x\",,]", "[\"x\"]]",
            "[\"\",]", "[\"x\"", "[x", "[3[4]]", "[1:2]", "[,]", "[-]", "[   , \"\"]",
            "[\"a\",\n4\n,1,", "[1,]", "[1,\n1\n,1", "[\"\u{B}a\"\\f]", "[*]", "[\"\"", "[1,",
            "[{}", "[fals]", "[nul]", "[tru]", "123\0", "[++1234]", "[+1]", "[+Inf]", "[-01]",
            "[-1.0.]", "[-2.]", "[-NaN]", "[.-1]", "[.2e-3]", "[0.1.2]", "[0.3e+]", "[0.3e]",
            "[0.e1]", "[0E]", "[0E+]", "[0e+]", "[1.0e+]", "[1.0e-]", "[1.0e]", "[1 000.0]",
            "[1eE2]", "[2.e+3]", "[2.e-3]", "[2.e3]", "[9.e+]", "[Inf]", "[NaN]", "[１]", "[1+2]",
            "[0x1]", "[0x42]", "[Infinity]", "[0e+-1]", "[-123.123foo]", "[-Infinity]", "[-foo]",
            "[- 1]", "[-012]", "[-.123]", "[-1x]", "[1ea]", "[1.]", "[.123]", "[1.2a-3]",
            "[1.8011670033376514H-308]", "[012]", "[\"x\", truth]", "{[: \"x\"}", "{\"x\", null}",
            "{\"x\"::\"b\"}", "{🇨🇭}", "{\"a\":\"a\" 123}", "{key: 'value'}", "{\"a\" b}", "{:\"b\"}",
            "{\"a\" \"b\"}", "{\"a\":", "{\"a\"", "{1:1}", "{9999E9999:1}", "{null:null,null:null}",
            "{\"id\":0,,,,,}", "{'a':0}", "{\"id\":0,}", "{\"a\":\"b\"}/**/", "{\"a\":\"b\"}/**//",
            "{\"a\":\"b\"}//", "{\"a\":\"b\"}/", "{\"a\":\"b\",,\"c\":\"d\"}", "{a: \"b\"}",
            "{\"a\":\"a", "{ \"foo\" : \"bar\", \"a\" }", "{\"a\":\"b\"}#", " ", "[\"\\uD800\\\"]",
            "[\"\\uD800\\u\"]", "[\"\\uD800\\u1\"]", "[\"\\uD800\\u1x\"]", "[é]", "[\"\\\0\"]",
            "[\"\\x00\"]", "[\"\\\\\\\"]", "[\"\\\t\"]", "[\"\\🌀\"]", "[\"\\\"]", "[\"\\u00A\"]",
            "[\"\\uD834\\uDd\"]", "[\"\\uD800\\uD800\\x\"]", "[\"\\a\"]", "[\"\\uqqqq\"]",
            "[\\u0020\"asd\"]", "[\\n]", "\"", "['single quote']", "abc", "[\"\\", "[\"a\0a\"]",
            "[\"new\nline\"]", "[\"\t\"]", "\"\\UA66D\"", "\"\"x", "[\u{2060}]", "[<null>]", "<.>",
            "[1]x", "[True]", "1]", "[][]", "]", "{}}", "{\"\":", "[\u{C}]", "[\u{FEFF}]", "aå",
            "{\"x\": true,", "[a", "{'a'", "[\"\\{[\"\\{[\"", "*", "{\"a\":\"b\"}#{}",
            "[\\u000A\"\"]",
            "[1", "[ false, nul", "[ true, fals", "[ false, tru", "{\"asd\":\"asd\"", "å", "[,",
            "{,", "{\"a", "{[", "\"\\u\"", "\\", "[\u{A0}]", "[\u{2028}]", "[\u{85}]",
            // What the suite leaves open and Millrace refuses.
            "[\"\\uDADA\"]", "[\"\\uD888\\u1234\"]", "[\"\\uD800\\n\"]", "[\"\\uDd1ea\"]",
            "[\"\\uD800\\uD800\\n\"]", "[\"\\ud800\"]", "[\"\\ud800abc\"]", "[\"\\uDd1e\\uD834\"]",
            "[\"\\uDFAA\"]",
        ])
    func refuses(_ text: String) {
        #expect(throws: StreamError.self) { try Self.decode(Self.bytes("{\"x\":\(text)}")) }
        #expect(throws: StreamError.self) { try Self.decode(Self.bytes("{\"v\":\(text)}")) }
    }

    /// A line is one object: nothing else, nothing in front of it and nothing behind it.
    @Test(arguments: [
        "[]", "1", "null", "true", "\"a\"", "{} {}", "{}{}", "{},", "{}x", "\u{FEFF}{}", "{", "}",
        ",{}",
        "{}\0", "\0", "{}]", "[{}]", "{} //", "{}/**/",
    ])
    func refusesWhatIsNotOneObject(_ text: String) {
        #expect(throws: StreamError.self) { try Self.decode(Self.bytes(text)) }
    }

    @Test(
        arguments: [
            [0xE5], [0xFF], [0xE9], [0xC0, 0xAF], [0xFC, 0x83, 0xBF, 0xBF, 0xBF, 0xBF],
            [0xFC, 0x80, 0x80, 0x80, 0x80, 0xAF], [0xE0, 0xFF], [0x81], [0xF4, 0xBF, 0xBF, 0xBF],
            [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xE6, 0x97, 0xA5, 0xD1, 0x88, 0xFA],
            [0xF0, 0x9F, 0x98], [0xE2, 0x82, 0x22],
        ] as [[UInt8]])
    func refusesInvalidUTF8(_ damaged: [UInt8]) {
        for field in ["x", "v"] {
            for padding in ["", "a long text in front of it"] {
                let line = Self.bytes("{\"\(field)\":\"\(padding)") + damaged + Self.bytes("\"}")
                #expect(throws: StreamError.self) { try Self.decode(line) }
            }
        }
        // In names and outside of strings as well.
        #expect(throws: StreamError.self) {
            try Self.decode(Self.bytes("{\"") + damaged + Self.bytes("\":1}"))
        }
        #expect(throws: StreamError.self) {
            try Self.decode(Self.bytes("{\"x\":") + damaged + Self.bytes("}"))
        }
    }
}
