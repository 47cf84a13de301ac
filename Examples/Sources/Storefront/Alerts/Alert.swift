public import Millrace

/// Something unusual.
public struct Alert: Sendable, Equatable, JSONEncodableRecord {
    public enum Kind: String, Sendable {
        /// More events than the windows before suggest.
        case trafficSpike = "traffic_spike"
        /// A user with more events than a person has.
        case heavyUser = "heavy_user"
        /// Fewer buyers among the users than in the windows before.
        case conversionDrop = "conversion_drop"
        /// A source that has sent nothing for a while.
        case silentSource = "silent_source"
    }

    public var kind: Kind
    /// When it was unusual; for a silent source, its last event.
    public var start: Timestamp
    /// The user, or the source; empty if it is about all events.
    public var subject = ""
    /// What was seen: events, a rate, or milliseconds of silence.
    public var value: Double
    /// What was to be expected.
    public var expected: Double

    public func encode(to json: inout JSONWriter) {
        json.field("kind", kind.rawValue)
        json.field("window_start", start)
        if !subject.isEmpty { json.field("subject", subject) }
        if let count = Int64(exactly: value) {
            json.field("value", count)
        } else {
            json.field("value", value)
        }
        json.field("expected", expected)
    }
}

/// When something counts as unusual.
public struct AlertRules: Sendable {
    /// The window in which traffic is counted, and how many windows before it are its baseline.
    public var trafficWindow: Duration
    public var baselineWindows: Int
    /// How many standard deviations from the mean of the baseline are unusual.
    public var sigma: Double
    /// How many events more than the mean there must be as well.
    public var minimumExcess: Double
    /// How many events of one user in a minute are unusual: more than these.
    public var userLimit: Int
    /// The window in which conversion is measured, the windows that are its baseline, and the users that a
    /// window needs to say anything.
    public var conversionWindow: Duration
    public var conversionBaseline: Int
    public var minimumUsers: Int
    /// How long a source may be silent.
    public var silence: Duration

    public init(
        trafficWindow: Duration = .seconds(10), baselineWindows: Int = 60, sigma: Double = 3,
        minimumExcess: Double = 5, userLimit: Int = 10,
        conversionWindow: Duration = .minutes(10), conversionBaseline: Int = 12,
        minimumUsers: Int = 100, silence: Duration = .minutes(15)
    ) {
        self.trafficWindow = trafficWindow
        self.baselineWindows = baselineWindows
        self.sigma = sigma
        self.minimumExcess = minimumExcess
        self.userLimit = userLimit
        self.conversionWindow = conversionWindow
        self.conversionBaseline = conversionBaseline
        self.minimumUsers = minimumUsers
        self.silence = silence
    }
}

/// Everything unusual as one stream.
public func alerts(
    _ events: DataStream<ShopEvent>, rules: AlertRules = AlertRules()
) -> DataStream<Alert> {
    trafficSpikes(events, rules)
        .union(
            heavyUsers(events, rules), conversionDrops(events, rules),
            silentSources(events, rules), name: "alerts")
}
