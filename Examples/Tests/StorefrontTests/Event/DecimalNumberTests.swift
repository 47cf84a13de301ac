import Millrace
import Testing

@testable import Storefront

@Suite struct DecimalNumberTests {
    @Test(arguments: [
        ("1795275681299", 1_795_275_681_299), ("1795275681299.0", 1_795_275_681_299),
        ("1795275681299.999", 1_795_275_681_299), ("1.795e12", 1_795_000_000_000),
        ("1.795275681299E+12", 1_795_275_681_299), ("17952756812990e-1", 1_795_275_681_299),
        ("1795275681.2999", 1_795_275_681_299), ("1795275681e0", 1_795_275_681_000),
        ("-1795275681.2999", -1_795_275_681_299), ("0.0", 0), ("1e-400", 0),
        ("0e99999999999999999999", 0), ("4611686018427387903", 4_611_686_018_427_387_903),
    ])
    func timesAreRoundedTowardsZero(text: String, millis: Int64) throws {
        #expect(try DecimalNumber.time(text, readsSeconds: true).millis == millis)
    }

    @Test(arguments: ["1e300", "9223372036854775808", "-1e19", "1e99999999999999999999"])
    func timesThatDoNotFitAreRefusedAsSuch(text: String) {
        let error = #expect(throws: StreamError.self) {
            try DecimalNumber.time(text, readsSeconds: true)
        }
        #expect(error?.message == "'\(text)' is out of the range of times")
    }

    @Test(arguments: [
        ("1e2", 100_000), ("1e-3", 1), ("1.5E1", 15_000), ("0.0010000", 1), ("-2.5e0", -2500),
        ("1000e-6", 1), ("0e-9", 0), ("1e300", Int64.max), ("-1e300", Int64.min),
    ])
    func pricesAreExact(text: String, thousandths: Int64) throws {
        #expect(try DecimalNumber.price(text) == Money(thousandths: thousandths))
    }

    @Test(arguments: ["1e-4", "19.9999", "1.0001e0"])
    func pricesOfMorePlacesAreRefusedAsSuch(text: String) {
        let error = #expect(throws: StreamError.self) { try DecimalNumber.price(text) }
        #expect(error?.message == "'\(text)' has more than 3 decimal places")
    }

    @Test(arguments: [("2.0", 2), ("2e0", 2), ("20e-1", 2), ("-3.00", -3), ("1e30", Int.max)])
    func wholeNumbersMayHaveAFraction(text: String, number: Int) throws {
        #expect(try DecimalNumber.whole(text) == number)
        #expect(throws: StreamError.self) { try DecimalNumber.whole("2.5") }
    }

    @Test(arguments: ["", "-", ".5", "5.", "1e", "1e+", "1x", "0x10", "١", "1 ", "+1", "nan"])
    func whatIsNoNumberIsRefused(text: String) { #expect(DecimalNumber(text) == nil) }

    @Test func eventsTakeSuchNumbersInBothFormats() throws {
        func decoded(_ json: String) throws -> ShopEvent? {
            var (decoder, json) = (JSONLinesDecoder<ShopEvent>(), json)
            return try json.withUTF8 { try decoder.decode($0) }
        }
        let fields = #""type":"purchase","user_id":"u","product_id":"p""#
        let event = try decoded("{\(fields),\"timestamp\":1795275681299.5,\"price\":1e2}")
        #expect(event?.time.millis == 1_795_275_681_299)
        #expect(event?.price == Money(thousandths: 100_000))
        let error = #expect(throws: InvalidEvent.self) {
            try decoded("{\(fields),\"timestamp\":1e300,\"price\":1e300}")
        }
        #expect(
            error?.description == "timestamp '1e300' is out of the range of times; "
                + "price is more than 1000000000")
        var csv = CSVDecoder<ShopEvent>()
        var rows: [ShopEvent] = []
        for var line in ["ts_ms,user,item,price", "1795275681299.0,u,p,1e1"] {
            if let event = try line.withUTF8({ try csv.decode($0) }) { rows.append(event) }
        }
        #expect(rows.map(\.time.millis) == [1_795_275_681_299])
        #expect(rows.map(\.price) == [Money(thousandths: 10_000)])
    }
}
