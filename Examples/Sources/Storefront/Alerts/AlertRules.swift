public import Millrace

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
    /// Whether crawlers that say so may have as many events as they like.
    public var sparesCrawlers: Bool
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
        sparesCrawlers: Bool = false,
        conversionWindow: Duration = .minutes(10), conversionBaseline: Int = 12,
        minimumUsers: Int = 100, silence: Duration = .minutes(15)
    ) {
        self.trafficWindow = trafficWindow
        self.baselineWindows = baselineWindows
        self.sigma = sigma
        self.minimumExcess = minimumExcess
        self.userLimit = userLimit
        self.sparesCrawlers = sparesCrawlers
        self.conversionWindow = conversionWindow
        self.conversionBaseline = conversionBaseline
        self.minimumUsers = minimumUsers
        self.silence = silence
    }
}
