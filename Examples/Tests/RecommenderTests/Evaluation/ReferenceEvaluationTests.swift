import Millrace
import Recommender
import Testing

/// Whether optimised code runs: without, only what takes seconds is compared.
#if DEBUG
    private let isOptimized = false
#else
    private let isOptimized = true
#endif

@Suite(.enabled(if: ReferenceData.isAvailable, Comment(rawValue: ReferenceData.reason)))
struct ReferenceEvaluationTests {
    struct Expected: Decodable {
        struct Score: Decodable {
            var hitRate: Double
            var meanReciprocalRank: Double
            var predictions: Int

            enum CodingKeys: String, CodingKey {
                case hitRate = "HR@20"
                case meanReciprocalRank = "MRR@20"
                case predictions
            }
        }
        struct Model: Decodable { var all: Score }
        var models: [String: Model]
        var batchPeriodMs: Int64
    }

    enum DataSet: String, CaseIterable {
        case shopWithGivenSessions = "rees46-multicategory"
        case shopWithSessionsByGap = "taobao-userbehavior"
        /// Repeats were removed at its source, so lists leave out the items of the session.
        case news = "globo-news-clicks"

        var visits: [Visit] {
            get throws {
                let data = try ReferenceData(rawValue)
                switch self {
                case .shopWithGivenSessions: return try data.visits("events.csv.gz")
                case .shopWithSessionsByGap:
                    return try data.visits("events.csv.gz", sessionsByGap: true)
                case .news: return try Array(data.visits("clicks.csv.gz").prefix(120_000))
                }
            }
        }
    }

    @Test(arguments: isOptimized ? DataSet.allCases : Array(DataSet.allCases.prefix(2)))
    func modelsAgreeWithTheReference(set: DataSet) throws {
        let expected = try ReferenceData(set.rawValue).expected("prequential", as: Expected.self)
        var evaluation = PrequentialEvaluation(
            [
                "popular": PopularityModel(),
                "popular_last_hour": RecentPopularityModel(),
                "covisit_last": CovisitationModel(),
                "covisit_last5": CovisitationModel(depth: 5),
                "batch_item_knn": BatchModel(
                    CovisitationModel(), every: .milliseconds(expected.batchPeriodMs)),
                "sequential_rules": SequentialRulesModel(),
                "association_rules": AssociationRulesModel(),
                "vsknn_k100_m500": SessionNeighboursModel(),
            ], excludesSeen: set == .news)
        for visit in try set.visits { evaluation.consume(visit) }
        #expect(evaluation.entries.count == expected.models.count)
        for entry in evaluation.entries {
            let reference = try #require(expected.models[entry.name]?.all)
            #expect(entry.score.predictions == reference.predictions)
            #expect(abs(entry.score.hitRate - reference.hitRate) <= 0.002, "\(entry.name)")
            let difference = entry.score.meanReciprocalRank - reference.meanReciprocalRank
            #expect(abs(difference) <= 0.002, "\(entry.name)")
        }
    }

    @Test(arguments: isOptimized ? DataSet.allCases : Array(DataSet.allCases.prefix(1)))
    func theBlendBeatsEveryReferenceModel(set: DataSet) throws {
        let expected = try ReferenceData(set.rawValue).expected("prequential", as: Expected.self)
        var evaluation = PrequentialEvaluation(
            ["blend": BlendModel()], excludesSeen: set == .news)
        for visit in try set.visits { evaluation.consume(visit) }
        let blend = evaluation.entries[0].score
        for (name, model) in expected.models {
            #expect(blend.hitRate > model.all.hitRate, "\(name)")
            #expect(blend.meanReciprocalRank > model.all.meanReciprocalRank, "\(name)")
        }
    }
}
