import MillraceTesting
import Testing

@testable import Millrace

/// Decimal numbers are read exactly or not at all.
@Suite struct DecimalParserTests {
    struct Amount: JSONDecodableRecord {
        var value: Int64?

        static let scale = 2

        init(from json: inout JSONReader) throws {
            while try json.nextField() != nil { value = try json.decimal(scale: Self.scale) }
        }
    }

    private func parse(_ text: String, scale: Int) -> Int64? {
        var parser = DecimalParser(scale: scale)
        return text.utf8.allSatisfy { parser.take($0) } ? parser.value : nil
    }

    private func json(_ text: String) throws -> Int64? {
        var decoder = JSONLinesDecoder<Amount>()
        let bytes = Array("{\"x\":\(text)}".utf8)
        return try bytes.withUnsafeBufferPointer { try decoder.decode($0) }?.value
    }

    @Test(
        arguments: [
            ("0", 2, 0), ("-0", 2, 0), ("12.5", 2, 1250), ("-12.5", 2, -1250), ("12.500", 2, 1250),
            ("7", 0, 7), ("7.000", 0, 7), ("007.5", 1, 75),
            ("9223372036854775807", 0, .max), ("-9223372036854775808", 0, .min),
            ("92233720368547758.07", 2, .max), ("-92233720368547758.08", 2, .min),
            ("-9.223372036854775808", 18, .min), ("0.000000000000000001", 18, 1),
            ("9", 18, 9_000_000_000_000_000_000),
        ] as [(String, Int, Int64)])
    func isExact(text: String, scale: Int, value: Int64) {
        #expect(parse(text, scale: scale) == value)
    }

    @Test(arguments: [
        ("", 2), ("-", 2), (".", 2), (".5", 2), ("1.", 2), ("-.5", 2), ("1.5.", 2), ("+1", 2),
        ("--1", 2), ("1-", 2), ("1e2", 2), ("1,5", 2), (" 1", 2), ("1.001", 2), ("0.1", 0),
        ("9223372036854775808", 0), ("-9223372036854775809", 0), ("92233720368547758.08", 2),
        ("10", 18), ("99999999999999999999", 0), ("1_0", 0), ("٣", 0),
    ])
    func refuses(text: String, scale: Int) { #expect(parse(text, scale: scale) == nil) }

    @Test(arguments: 0..<10)
    func roundTrips(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let value = Int64(bitPattern: random.next()) >> Int.random(in: 0..<64, using: &random)
            let digits = String(value.magnitude)
            let whole = String(repeating: "0", count: max(0, 3 - digits.count)) + digits
            let text = (value < 0 ? "-" : "") + whole.dropLast(2) + "." + whole.suffix(2)
            #expect(parse(text, scale: 2) == value)
            #expect(try json(text) == value)
        }
    }

    @Test(arguments: [
        "01", "-01", "00.5", "1.", "-", ".5", "1.005", "1e2", "1.5E1", "\"1\"", "true",
    ])
    func inJSONOnlyNumbersOfJSONCount(_ text: String) {
        #expect(throws: StreamError.self) { try json(text) }
    }
}
