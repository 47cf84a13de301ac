import Millrace
import Storefront
import Testing
import Topologies

@Suite struct EventTests {
    private func decoded(_ json: String) throws -> ShopEvent? {
        var decoder = JSONLinesDecoder<ShopEvent>()
        var json = json
        return try json.withUTF8 { try decoder.decode($0) }
    }

    private func errors(of json: String) -> [String: String] {
        do {
            _ = try decoded(json)
            return [:]
        } catch let invalid as InvalidEvent {
            return Dictionary(uniqueKeysWithValues: invalid.fields.map { ($0.field, $0.problem) })
        } catch {
            return ["": "\(error)"]
        }
    }

    @Test func everyFieldIsRead() throws {
        let read = try #require(
            try decoded(
                """
                {"event_id":"e1","type":"add_to_cart","user_id":7,"session_id":"s","product_id":12,
                "category":"shoes","price":12.5,"quantity":2,"query":"red","page_url":"/p/12",
                "referrer":"/","user_agent":"x","timestamp":"2026-01-02T03:04:05.678Z",
                "properties":{"colour":"red","sizes":[1,2.50,null,true,{"eu":"42"}]},"extra":{"a":1}}
                """.replacing("\n", with: "")))
        #expect(read.id == "e1")
        #expect(read.type == .addToCart)
        #expect(read.user == "7")
        #expect(read.product == "12")
        #expect(read.price == Money(thousandths: 12_500))
        #expect(read.quantity == 2)
        #expect(read.page == "/p/12")
        #expect(read.time.description == "2026-01-02T03:04:05.678Z")
        #expect(
            read.properties == [
                "colour": .text("red"),
                "sizes": .array([
                    .number("1"), .number("2.50"), .null, .bool(true), .object(["eu": .text("42")]),
                ]),
                "extra": .object(["a": .number("1")]),
            ])
    }

    @Test func anEmptySessionIsNone() throws {
        let read = try decoded(
            #"{"type":"view","user_id":"u","product_id":1,"session_id":"","timestamp":1767323045}"#)
        #expect(read != nil && read?.session == nil)
    }

    @Test func allWrongFieldsAreReportedAtOnce() {
        let found = errors(
            of: """
                {"type":"purchase","price":"dear","quantity":0,"timestamp":"yesterday","page_url":3}
                """)
        #expect(
            Set(found.keys) == [
                "user_id", "product_id", "price", "quantity", "timestamp", "page_url",
            ])
        #expect(found["quantity"] == "is less than 1")
        #expect(errors(of: #"{"type":"dance","user_id":"u","timestamp":1}"#).keys.first == "type")
        #expect(errors(of: #"{"type":"search","user_id":"u","timestamp":1}"#).keys.first == "query")
    }

    @Test(arguments: ["{}", "true", "[1]", #"{"id":"u"}"#])
    func anIDOfTheWrongTypeIsToldWhatItMayBe(value: String) {
        for field in ["event_id", "user_id", "session_id", "product_id"] {
            let found = errors(
                of: """
                    {"type":"view","timestamp":1,"user_id":"u","product_id":1,"\(field)":\(value)}
                    """)
            #expect(found == [field: "a string or a number was expected"])
        }
    }

    @Test func whatIsNoJSONIsRefused() {
        #expect(errors(of: #"{"type":"view""#).keys.first == "")
    }

    @Test(arguments: [
        ("1767323045678", 1_767_323_045_678), ("1767323045", 1_767_323_045_000),
        ("1767323045.678", 1_767_323_045_678), (#""2026-01-02T03:04:05""#, 1_767_323_045_000),
    ])
    func timesComeInManyWays(text: String, millis: Int64) throws {
        let read = try decoded(#"{"type":"scroll","user_id":"u","timestamp":\#(text)}"#)
        #expect(read?.time.millis == millis)
    }

    @Test func otherTrackersAreUnderstood() throws {
        let read = try #require(
            try decoded(
                """
                {"event":"ProductView","messageid":"m","userid":"user-78",\
                "properties":{"productid":"product-173"},"context":{"source":"desktop"},\
                "timestamp":1767323045.5}
                """))
        #expect(read.type == .view)
        #expect(read.product == "product-173")
        #expect(read.id == "m")
        #expect(read.properties == ["context": .object(["source": .text("desktop")])])
        let cart = try decoded(
            #"{"userId":"a","event":"add_to_cart","productId":1,"price":3,"page":"/","timestamp":9}"#
        )
        #expect(cart?.price == Money(thousandths: 3000))
    }

    @Test func whatIsWrittenIsReadAgainWithAllItsFields() throws {
        let text = #"""
            {"type":"page_view","user_id":"u","timestamp":1767225600000,"device":{"os":"x\"y","sizes":[1.50,-2e3]},
            "flags":[true,false,null,[],{}],"ünique":"é"}
            """#
        func read(_ bytes: [UInt8]) throws -> ShopEvent {
            try bytes.withUnsafeBufferPointer { bytes in
                var json = JSONReader(bytes)
                return try json.object(ShopEvent.self)
            }
        }
        let event = try read(Array(text.utf8))
        #expect(event.properties.count == 3)
        var json = JSONWriter()
        json.object(event)
        #expect(try read(json.bytes) == event)
        let written = String(decoding: json.bytes, as: UTF8.self)
        let properties =
            #""properties":{"device":{"os":"x\"y","sizes":[1.50,-2e3]},"#
            + #""flags":[true,false,null,[],{}],"ünique":"é"}}"#
        #expect(written.hasSuffix(properties))
    }

    @Test func everyTypeHasItsName() {
        for type in EventType.allCases {
            #expect(EventType(name: type.name) == type)
            #expect(EventType(name: type.label) == type)
        }
        #expect(Set(EventType.allCases.map(\.label)).count == EventType.allCases.count)
    }

    @Test func rowsOfClickstreamsAndOrdersAreRead() throws {
        var decoder = CSVDecoder<ShopEvent>()
        func read(_ line: String) throws -> ShopEvent? {
            var line = line
            return try line.withUTF8 { try decoder.decode($0) }
        }
        _ = try read("ts_ms,user,invoice,item,quantity,unit_price,country")
        let sale = try read("1000,17850,536365,85123A,6,2.55,France")
        #expect(sale?.isSale == true)
        #expect(sale?.revenue == Money(thousandths: 15_300))
        #expect(sale?.properties["country"] == .text("France"))
        #expect(throws: InvalidEvent.self) { try read("1000,,C1,85123A,-6,2.55,France") }
    }

    @Test func amountsSaturate() {
        #expect(Money(thousandths: .max).times(2) == Money(thousandths: .max))
        #expect(Money(thousandths: .max).times(-2) == Money(thousandths: .min))
    }

    /// Sums of what passes must fit, and every program must read it as it was sent.
    @Test(arguments: [
        (#""price":1000000000.001,"quantity":1"#, ["price"]),
        (#""price":9007199254740993,"quantity":1000001"#, ["price", "quantity"]),
        (#""price":1,"quantity":9223372036854775807"#, ["quantity"]),
        (#""price":1000000000,"quantity":1000000"#, []),
    ])
    func pricesAndQuantitiesAreBounded(_ fields: String, _ refused: [String]) throws {
        let json =
            #"{"type":"purchase","user_id":"u","product_id":"p","timestamp":1767323045678,\#(fields)}"#
        #expect(errors(of: json).keys.sorted() == refused)
        if let event = refused.isEmpty ? try decoded(json) : nil {
            var again = JSONWriter()
            again.object(event)
            #expect(try decoded(String(decoding: again.bytes, as: UTF8.self)) == event)
        }
    }
}
