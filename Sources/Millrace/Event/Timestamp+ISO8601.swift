extension Timestamp {
    /// The proleptic Gregorian date and time in UTC, `YYYY-MM-DDThh:mm:ss.sssZ`; years before 0 and
    /// after 9999 carry a sign.
    public var iso8601: String {
        let day = millis.flooredDivision(by: 86_400_000)
        let milliOfDay = millis.flooredRemainder(by: 86_400_000)
        let (year, month, dayOfMonth) = Self.civil(day: day)
        let second = milliOfDay / 1000
        let date = "\(Self.yearText(year))-\(padded(month, 2))-\(padded(dayOfMonth, 2))"
        let clock = [second / 3600, second / 60 % 60, second % 60].map { padded($0, 2) }
        return "\(date)T\(clock.joined(separator: ":")).\(padded(milliOfDay % 1000, 3))Z"
    }

    /// The number of days from 1970-01-01 to a date of the proleptic Gregorian calendar.
    ///
    /// Algorithm: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`.
    @inlinable
    static func day(year: Int64, month: Int64, day: Int64) -> Int64 {
        let y = month <= 2 ? year - 1 : year
        let era = y.flooredDivision(by: 400)
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// The inverse of ``day(year:month:day:)`` (`civil_from_days` of the same source).
    private static func civil(day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let z = day + 719_468
        let era = z.flooredDivision(by: 146_097)
        let dayOfEra = z - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    private static func yearText(_ year: Int64) -> String {
        if (0...9999).contains(year) { return padded(year, 4) }
        return (year < 0 ? "-" : "+") + padded(Int64(year.magnitude), 4)
    }
}

/// `value` in decimal with leading zeros up to `width` digits.
private func padded(_ value: Int64, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: Swift.max(0, width - digits.count)) + digits
}
