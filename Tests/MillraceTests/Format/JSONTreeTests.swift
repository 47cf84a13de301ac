import Millrace
import Testing

/// Values whose shape is only known while the program runs.
@Suite struct JSONTreeTests {
    private func text(_ write: (inout JSONWriter) -> Void) -> String {
        var json = JSONWriter()
        write(&json)
        return String(decoding: json.bytes, as: UTF8.self)
    }

    @Test func commasStandBetweenWhatIsNested() {
        let written = text { json in
            json.object { json in
                json.field(named: "a \"quoted\" name") { $0.number("12345678901234567890.10") }
                json.field(named: "list") { json in
                    json.array([1, 2]) { json, number in
                        json.object { $0.field(named: "n") { $0.value(number) } }
                    }
                }
                json.field(named: "empty") { $0.array([Int]()) { $0.value($1) } }
                json.field(named: "none") { $0.object { _ in } }
                json.field(named: "yes") { $0.value(true) }
                json.field(named: "nothing") { $0.null() }
                json.null("fixed")
            }
        }
        #expect(
            written == #"{"a \"quoted\" name":12345678901234567890.10,"list":[{"n":1},{"n":2}],"#
                + #""empty":[],"none":{},"yes":true,"nothing":null,"fixed":null}"#)
    }

    /// A record that keeps one of its fields as it was written.
    private struct Envelope: JSONDecodableRecord {
        var inner = ""

        init(from json: inout JSONReader) throws {
            while let field = try json.nextField() {
                if field == "inner" {
                    inner = try json.skippedText().string
                } else {
                    try json.skip()
                }
            }
        }
    }

    @Test(arguments: [
        #"{"a":[1,{"b":"}"}]}"#, "[]", "-1.5e3", #""\"\\""#, "null",
    ])
    func aSkippedValueIsGivenAsItWasWritten(value: String) throws {
        var decoder = JSONLinesDecoder<Envelope>()
        let line = Array(#"{"x":1,"inner": \#(value) ,"y":2}"#.utf8)
        let envelope = try line.withUnsafeBufferPointer { try decoder.decode($0) }
        #expect(envelope?.inner.trimmingSpace == value)
    }

    @Test func nothingMayFollowAValue() throws {
        var decoder = JSONLinesDecoder<Envelope>()
        for (line, isWhole) in [(#"{"inner":1}  "#, true), (#"{"inner":1} x"#, false)] {
            let bytes = Array(line.utf8)
            let decoded = bytes.withUnsafeBufferPointer { try? decoder.decode($0) }
            #expect((decoded != nil) == isWhole)
        }
    }
}

extension String {
    fileprivate var trimmingSpace: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
