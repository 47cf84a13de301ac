public import Millrace
public import Recommender

/// Where a live shop keeps what it knows, and the rules it goes by.
public struct ShopConfiguration: Sendable {
    /// The directory of the log, the checkpoints and the archive; created if it is not there.
    public var data: String
    /// How many partitions the log is created with. A log that exists keeps its own number.
    public var partitions = 1
    /// How many bytes a file of the log has before the next one is begun.
    public var logSegmentBytes = 64 << 20
    /// How long events are kept, counted from their arrival; by default for ever. Must be longer than the
    /// shop is ever stopped: what is gone before it was read cannot be replayed.
    public var logRetention = EventLogOptions.Retention.forever
    /// What is done about damaged or missing records of the log: starting fails, or goes on without them, and
    /// ``ShopFigures/gaps`` says which they are.
    public var logDamage = EventLogDamage.fail
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
    /// Crawlers that say what they are raise no alert: they would raise one a minute.
    public var alertRules = AlertRules(sparesCrawlers: true)
    /// Where alerts are posted as JSON, each at least once; nowhere if `nil`. ``ShopFigures/webhook`` says how that
    /// goes.
    public var alertWebhook: String?
    /// Posts JSON to an address within some seconds, and gives the status of the answer. A webhook needs it.
    public var post: (@Sendable (_ json: [UInt8], _ address: String) async throws -> Int)?
    /// Names must differ.
    public var funnels = [
        Funnel("purchase", scope: .user), Funnel("product_purchase", scope: .userAndProduct),
    ]
    /// The file of the product catalogue, JSON Lines or CSV; `nil` for a catalogue that is given otherwise.
    public var cataloguePath: String?
    /// The time in which a view loses half of its weight for the trending products; `nil` if it does not.
    public var trendingHalfLife: Duration?
    /// What is kept of which products go together.
    public var similarity = SimilarityOptions(
        historyLimit: 20, neighbourLimit: 50, halfLife: .days(14))

    public init(data: String) { self.data = data }

    var logPath: String { "\(data)/log" }
    var checkpointPath: String { "\(data)/checkpoints" }
    var savepointPath: String { "\(data)/savepoints" }
    var archivePath: String { "\(data)/archive" }
}
