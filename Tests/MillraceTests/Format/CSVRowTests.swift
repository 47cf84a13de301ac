import Millrace
import Testing

/// What numbers are read from the cells of a row.
@Suite struct CSVRowTests {
    struct Numbers: CSVDecodableRecord {
        var integer: Int8
        var double: Double
        var decimal: Int64

        static let columns = ["integer", "double", "decimal"]

        init(from row: borrowing CSVRow) throws {
            integer = try row.integer(0)
            double = try row.double(1)
            decimal = try row.decimal(2, scale: 2)
        }
    }

    struct Price: CSVDecodableRecord {
        var number: Int
        var cents: Int64

        static let columns = ["number", "price"]

        init(from row: borrowing CSVRow) throws {
            number = try row.integer(0)
            cents = try row.decimal(1, scale: 2)
        }
    }

    struct Optional: CSVDecodableRecord {
        var isEmpty: [Bool]

        static let columns = ["a", "b", "c"]
        static let optionalColumns: Set<String> = ["c"]

        init(from row: borrowing CSVRow) { isEmpty = (0..<3).map { row.isEmpty($0) } }
    }

    private func prices(_ rows: String) throws -> [Price] {
        try CSVDecoderTests.records(Array("number,price\n\(rows)\n".utf8))
    }

    @Test(arguments: [
        ("-128,1e-3,0.5", -128, 0.001, 50), ("127,-0.25,-12.34", 127, -0.25, -1234),
        ("0,1,7", 0, 1, 700),
    ])
    func readsNumbers(text: String, integer: Int8, double: Double, decimal: Int64) throws {
        let read = try CSVDecoderTests.records(
            Array("integer,double,decimal\n\(text)\n".utf8), as: Numbers.self)
        #expect(read.first?.integer == integer)
        #expect(read.first?.double == double)
        #expect(read.first?.decimal == decimal)
    }

    @Test(arguments: [
        ("128,1,1", "integer"), ("-129,1,1", "integer"), ("1.0,1,1", "integer"),
        (",1,1", "integer"), (" 1,1,1", "integer"), ("1,,1", "double"), ("1,nan,1", "double"),
        ("1,inf,1", "double"), ("1,1e999,1", "double"), ("1,0x10,1", "double"),
        ("1,1 ,1", "double"), ("1,\"1,5\",1", "double"), ("1,1,", "decimal"),
        ("1,1,1.234", "decimal"), ("1,1,1e2", "decimal"), ("1,1,1.", "decimal"),
    ])
    func refusesNumbersByColumn(text: String, column: String) {
        #expect {
            try CSVDecoderTests.records(
                Array("integer,double,decimal\n\(text)\n".utf8), as: Numbers.self)
        } throws: { "\($0)".contains("column '\(column)'") }
    }

    @Test func readsNumbersOfAnyLength() throws {
        let texts = [
            "12", "-7", "+5", "007", "-0", "\(Int.min)", "\(Int.max)", "123456789012345678",
            "-12345678901234567", "-123456789012345678", "1234567890123456789",
            "0000000000000000000000012", "\"12\"",
        ]
        let numbers = try prices(texts.map { "\($0),0" }.joined(separator: "\n")).map(\.number)
        #expect(
            numbers == [
                12, -7, 5, 7, 0, .min, .max, 123_456_789_012_345_678, -12_345_678_901_234_567,
                -123_456_789_012_345_678, 1_234_567_890_123_456_789, 12, 12,
            ])
    }

    @Test func readsDecimals() throws {
        let read = try prices("1,3.5\n1,-0.25\n1,12\n1,0\n1,\"1.00\"")
        #expect(read.map(\.cents) == [350, -25, 1200, 0, 100])
    }

    @Test(
        arguments: [
            ("9223372036854775808,1", "'9223372036854775808' is not a whole number", "number"),
            ("-9223372036854775809,1", "'-9223372036854775809' is not a whole number", "number"),
            (",1", "'' is not a whole number", "number"),
            ("-,1", "'-' is not a whole number", "number"),
            ("1x,1", "'1x' is not a whole number", "number"),
            ("\"1\"\"2\",1", "'1\"2' is not a whole number", "number"),
            ("1,1.005", "'1.005' is not a decimal number with up to 2 places", "price"),
            ("1,", "'' is not a decimal number", "price"),
            ("1,\"1\"\"\"", "'1\"' is not a decimal number", "price"),
        ])
    func whatCannotBeReadIsNamed(row: String, message: String, column: String) throws {
        let error = #expect(throws: StreamError.self) { try prices(row) }
        #expect(error?.message.hasPrefix(message) == true)
        #expect(error?.place == "column '\(column)'")
    }

    @Test func cellsAreEmptyOrMissing() throws {
        let read: [Optional] = try CSVDecoderTests.records(Array("b,a\n1,\n\"\",0\n".utf8))
        #expect(read.map(\.isEmpty) == [[true, false, true], [false, true, true]])
    }
}
