import ArgumentParser
import Millrace
import Recommender

/// The models that can be trained.
enum ModelName: String, CaseIterable, ExpressibleByArgument {
    case popularity
    case recent
    case covisitation
    case association
    case sequential
    case neighbours
    case blend

    /// A model that has seen nothing.
    func make() -> any SessionModel {
        switch self {
        case .popularity: PopularityModel()
        case .recent: RecentPopularityModel()
        case .covisitation: CovisitationModel()
        case .association: AssociationRulesModel()
        case .sequential: SequentialRulesModel()
        case .neighbours: SessionNeighboursModel()
        case .blend: BlendModel()
        }
    }
}

/// How a model did that was trained once and then no more.
struct ModelFigures: Codable, Equatable {
    var model: String
    /// How many visits were predicted.
    var predictions = 0
    /// The share of lists of five and of twenty that held the visit.
    var recallAt5 = 0.0
    var recallAt20 = 0.0
    /// The mean of 1 / the visit's rank among twenty; 0 where it was not among them.
    var mrrAt20 = 0.0
    var trainingSeconds = 0.0
    /// How long a list took, as a mean.
    var microsecondsPerList = 0.0

    enum CodingKeys: String, CodingKey {
        case model, predictions
        case recallAt5 = "recall_at_5"
        case recallAt20 = "recall_at_20"
        case mrrAt20 = "mrr_at_20"
        case trainingSeconds = "training_seconds"
        case microsecondsPerList = "microseconds_per_list"
    }

    /// Trains a model on the one part and tests it on the other: every visit of a test session but the first is
    /// predicted from those before it.
    init(_ name: ModelName, on split: TrainingSplit) {
        model = name.rawValue
        var model = name.make()
        let began = ContinuousClock.now
        var sessions: [Int64: [ItemID]] = [:]
        for visit in split.training {
            model.learn(visit, after: sessions[visit.session, default: []])
            sessions[visit.session, default: []].append(visit.item)
        }
        let trained = ContinuousClock.now
        test(&model, with: split.tests)
        trainingSeconds = (trained - began) / .seconds(1)
        if predictions > 0 {
            let time = ContinuousClock.now - trained
            microsecondsPerList = time / .microseconds(1) / Double(predictions)
        }
    }

    private mutating func test(_ model: inout any SessionModel, with sessions: [[Visit]]) {
        var (hitsAt5, hitsAt20, ranks) = (0, 0, 0.0)
        for session in sessions {
            var items = [session[0].item]
            for visit in session.dropFirst() {
                let list = model.recommend(
                    RecommendationRequest(
                        session: visit.session, user: visit.user, items: items, time: visit.time,
                        count: 20))
                predictions += 1
                if let place = list.firstIndex(of: visit.item) {
                    hitsAt20 += 1
                    if place < 5 { hitsAt5 += 1 }
                    ranks += 1 / Double(place + 1)
                }
                items.append(visit.item)
            }
        }
        let count = Double(max(1, predictions))
        recallAt5 = Double(hitsAt5) / count
        recallAt20 = Double(hitsAt20) / count
        mrrAt20 = ranks / count
    }
}
