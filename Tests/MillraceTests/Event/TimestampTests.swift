import Testing

@testable import Millrace

@Suite struct TimestampTests {
    @Test func arithmeticSaturatesAtBothEnds() {
        #expect(Timestamp.max + .seconds(1) == .max)
        #expect(Timestamp(millis: .min + 1) - .seconds(1) == .none)
        #expect(Timestamp.max - Timestamp(millis: -1) == .milliseconds(Int64.max))
    }

    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
        (1_700_000_000_123, "2023-11-14T22:13:20.123Z"),
        (951_782_400_000, "2000-02-29T00:00:00.000Z"),
        (253_402_300_800_000, "+10000-01-01T00:00:00.000Z"),
    ])
    func describesItselfAsISO8601(millis: Int64, text: String) {
        #expect(Timestamp(millis: millis).description == text)
    }

    @Test func durationsRoundDownToWholeMilliseconds() {
        #expect(Duration.microseconds(1999).wholeMillis == 1)
        #expect(Duration.microseconds(-1).wholeMillis == -1)
        #expect(Duration.days(60).wholeMillis == 5_184_000_000)
    }

    @Test func reservedValuesHaveNames() {
        #expect(Timestamp.none.description == "none")
        #expect(Timestamp.max.description == "max")
    }
}
