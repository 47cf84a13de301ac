import Foundation
import Millrace
import MillraceTesting
import Testing

/// Times as they are written by ISO 8601.
@Suite struct TimestampParseTests {
    @Test(
        arguments: [
            ("1970-01-01T00:00Z", 0), ("1970-01-01T00:00:00", 0), ("1970-01-01 00:00:01Z", 1000),
            ("1969-12-31T23:59:59.999Z", -1), ("1969-12-31T23:59:59.9999Z", -1),
            ("2000-02-29T00:00:00Z", 951_782_400_000), ("2024-02-29T12:00Z", 1_709_208_000_000),
            ("2023-11-14T22:13:20.123Z", 1_700_000_000_123),
            ("2023-11-14T22:13:20,123456789z", 1_700_000_000_123),
            ("2023-11-14T22:13:20.1Z", 1_700_000_000_100),
            ("2023-11-15T03:43:20+05:30", 1_700_000_000_000),
            ("2023-11-15T03:43:20+0530", 1_700_000_000_000),
            ("2023-11-14T14:13:20-08", 1_700_000_000_000),
            ("2023-11-14T22:13:20-00:00", 1_700_000_000_000),
            ("2016-12-31T23:59:60Z", 1_483_228_800_000),
            ("0000-01-01T00:00Z", -62_167_219_200_000),
            ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
        ] as [(String, Int64)])
    func reads(text: String, millis: Int64) {
        #expect(Timestamp(iso8601: text) == Timestamp(millis: millis))
    }

    @Test(arguments: [
        "", "2023", "2023-11-14", "2023-11-14T", "2023-11-14T22", "2023-11-14T22:13:",
        "2023-02-29T00:00Z", "1900-02-29T00:00Z", "2024-02-30T00:00Z", "2023-04-31T00:00Z",
        "2023-12-32T00:00Z", "2023-00-10T00:00Z", "2023-13-10T00:00Z", "2023-11-00T00:00Z",
        "2023-11-14T24:00Z", "2023-11-14T22:60Z", "2023-11-14T22:13:61Z", "2023-11-14T22:13:20.Z",
        "2023-11-14T22:13.5Z", "2023-11-14T22:13:20+", "2023-11-14T22:13:20+5",
        "2023-11-14T22:13:20+05:", "2023-11-14T22:13:20+05:3", "2023-11-14T22:13:20+24:00",
        "2023-11-14T22:13:20+05:60", "2023-11-14T22:13:20Z ", " 2023-11-14T22:13:20Z",
        "2023-11-14T22:13:20ZZ", "2023-11-14X22:13:20Z", "23-11-14T22:13:20Z",
        "+10000-01-01T00:00Z", "-001-01-01T00:00Z", "2023-1-14T22:13Z", "20231114T221320Z",
        "２０２３-11-14T22:13Z",
    ])
    func refuses(_ text: String) { #expect(Timestamp(iso8601: text) == nil) }

    @Test(arguments: 0..<10)
    func whatIsPrintedIsRead(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let time = Timestamp(
                millis: .random(in: -62_167_219_200_000...253_402_300_799_999, using: &random))
            #expect(Timestamp(iso8601: time.iso8601) == time)
        }
    }

    /// Exactly the dates that a calendar has are read, each with its number.
    @Test func agreesWithTheCalendarOfFoundation() {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        for year in [1600, 1900, 2000, 2023, 2024, 2100] {
            for month in 1...12 {
                for day in 1...31 {
                    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
                    let components = DateComponents(
                        calendar: calendar, year: year, month: month, day: day)
                    let date = components.isValidDate(in: calendar) ? components.date : nil
                    let read = Timestamp(iso8601: "\(year)-\(two(month))-\(two(day))T00:00Z")
                    let millis = date.map { Int64($0.timeIntervalSince1970) * 1000 }
                    #expect(read?.millis == millis, "\(year)-\(month)-\(day)")
                }
            }
        }
    }

    struct Event: JSONDecodableRecord {
        var time = Timestamp.none

        init(from json: inout JSONReader) throws {
            while try json.nextField() != nil { time = try json.timestampInSeconds() }
        }
    }

    @Test(
        arguments: [
            ("1.001", 1001), ("1700000000.123", 1_700_000_000_123), ("4.35", 4350), ("0.0009", 0),
            ("-0.0001", -1), ("-1.001", -1001), ("-1.0010", -1001), ("1.5e3", 1_500_000), ("0", 0),
            ("1.1239999999999999999", 1123),
        ] as [(String, Int64)])
    func secondsAreReadExactly(text: String, millis: Int64) throws {
        var decoder = JSONLinesDecoder<Event>()
        let bytes = Array("{\"t\":\(text)}".utf8)
        let event = try bytes.withUnsafeBufferPointer { try decoder.decode($0) }
        #expect(event?.time.millis == millis)
    }

    @Test(arguments: ["1e300", "99999999999999999999", "\"1\"", "01.5", "1."])
    func secondsOutOfRangeAreRefused(_ text: String) {
        var decoder = JSONLinesDecoder<Event>()
        let bytes = Array("{\"t\":\(text)}".utf8)
        #expect(throws: StreamError.self) {
            try bytes.withUnsafeBufferPointer { try decoder.decode($0) }
        }
    }
}
