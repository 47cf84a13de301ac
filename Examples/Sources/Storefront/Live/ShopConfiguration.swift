import Millrace

/// Where a live shop keeps what it knows, and the rules it goes by.
public struct ShopConfiguration: Sendable {
    /// The directory of the log, the checkpoints and the archive; created if it is not there.
    public var data: String
    /// How many partitions the log is created with. A log that exists keeps its own number.
    public var partitions = 1
    /// How far events may be behind the newest one before windows no longer wait for them.
    ///
    /// Alerts wait so long; what is shown of visits and products does not. Clocks of visitors differ by some
    /// seconds, so that a short time would make most events late.
    public var outOfOrderness = Duration.minutes(1)
    /// How often the state is made safe. A restart goes on from there and replays the log behind it.
    public var checkpointInterval = Duration.seconds(5)
    /// How many elements pass between operators at once: fewer answer reads sooner, more are faster.
    public var batchSize = 128
    public var sessionGap = Duration.minutes(30)
    public var alertRules = AlertRules()
    /// Where alerts are posted as JSON; nowhere if `nil`.
    public var alertWebhook: String?
    /// Names must differ.
    public var funnels = [
        Funnel("purchase", scope: .user), Funnel("product_purchase", scope: .userAndProduct),
    ]

    public init(data: String) { self.data = data }

    var logPath: String { "\(data)/log" }
    var checkpointPath: String { "\(data)/checkpoints" }
    var archivePath: String { "\(data)/archive" }
}
