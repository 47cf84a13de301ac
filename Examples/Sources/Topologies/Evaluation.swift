public import Millrace
import Recommender

/// How well a model's lists held what users looked at next.
public struct ModelScore: Sendable, Equatable, JSONEncodableRecord {
    public var model: String
    /// The share of lists of 20 that held the next item.
    public var hitRate: Double
    /// The mean of 1 / rank of the next item.
    public var meanReciprocalRank: Double
    public var predictions: Int
    /// The mean time to learn an event.
    public var learning: Duration

    public func encode(to json: inout JSONWriter) {
        json.field("model", model)
        json.field("hr_at_20", hitRate)
        json.field("mrr_at_20", meanReciprocalRank)
        json.field("predictions", predictions)
        json.field("learn_us", learning / .microseconds(1))
    }
}

/// Evaluates models test-then-learn over the views in event order, and reports at the end.
public func evaluation(
    _ clicks: DataStream<Click>, sessionGap: Duration, excludesSeen: Bool, first limit: Int?
) -> DataStream<ModelScore> {
    clicks
        .inEventTimeOrder()
        .keyed(by: { _ in 0 })
        .process(
            "evaluation", state: Contest.self, output: ModelScore.self,
            onElement: { click, contest, context in
                if contest == nil {
                    contest = Contest(
                        sessionGap: sessionGap, excludesSeen: excludesSeen, limit: limit)
                }
                contest?.consume(click)
                context.setTimer(at: .max)
            },
            onTimer: { _, contest, context in
                for score in contest?.scores ?? [] { context.emit(score) }
            })
}

/// The models and how they have done so far.
struct Contest: Sendable {
    private var reader: VisitReader
    private var evaluation: PrequentialEvaluation
    private let limit: Int

    init(sessionGap: Duration, excludesSeen: Bool, limit: Int?) {
        reader = VisitReader(sessionGap: sessionGap)
        self.limit = limit ?? .max
        evaluation = PrequentialEvaluation(
            [
                "popular": PopularityModel(),
                "covisit_last": CovisitationModel(),
                "covisit_last5": CovisitationModel(depth: 5),
                "vsknn_k100_m500": SessionNeighboursModel(),
                "blend": BlendModel(),
            ], excludesSeen: excludesSeen)
    }

    mutating func consume(_ click: Click) {
        guard let visit = reader.visit(click), evaluation.visitCount < limit else { return }
        evaluation.consume(visit)
    }

    var scores: [ModelScore] {
        evaluation.entries.map { entry in
            ModelScore(
                model: entry.name, hitRate: entry.score.hitRate,
                meanReciprocalRank: entry.score.meanReciprocalRank,
                predictions: entry.score.predictions,
                learning: entry.learning / max(1, evaluation.visitCount))
        }
    }
}
