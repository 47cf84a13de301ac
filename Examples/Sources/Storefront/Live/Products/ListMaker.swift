import Millrace
import Recommender
import Topologies

/// Makes a user's list from what is known of the user and of everybody.
///
/// A list is a blend, best first, of two kinds of candidates, of which a product may be both:
/// - products that the same users are interested in as in one of the last ten of the history. Each of those
///   gives its similarities, those of older ones less: the n-th newest 1 / √n;
/// - best sellers of the categories of the history, by buyers in relation to the category's first, and by the
///   category's share of the history.
///
/// Both kinds are scaled to their best candidate, and similarity counts twice. What the user has seen, bought
/// or deleted is left out. Where nothing similar is known, the list is of category best sellers; without a
/// history, or where that gives nothing either, of general best sellers.
struct ListMaker {
    let history: VisitorHistory
    let neighbours: StateSnapshot<ID, ItemNeighbours<ID>>
    let boards: StateSnapshot<String?, Leaderboard>
    let options: SimilarityOptions

    typealias Candidate = (product: ID, score: Double, reason: RecommendationsView.Reason)

    private static let similarityShare = 2.0
    /// How many neighbours of a product, and best sellers of a category, are looked at.
    private static let depth = 50

    /// The best candidates, and what they were found by.
    func list(_ limit: Int) -> (basis: RecommendationsView.Basis, products: [Candidate]) {
        let known = history.known
        let similar = scaled(similarProducts().filter { !known.contains($0.key) })
        let sellers = scaled(categorySellers().filter { !known.contains($0.key) })
        var candidates: [ID: Candidate] = [:]
        for (product, score) in sellers {
            candidates[product] = (product, score, .categoryBestSeller)
        }
        for (product, score) in similar {
            let other = candidates[product]?.score ?? 0
            candidates[product] = (product, other + Self.similarityShare * score, .similar)
        }
        if candidates.isEmpty { return (.bestSellers, bestSellers(limit, without: known)) }
        let ranked = candidates.values.sorted {
            $0.score != $1.score ? $0.score > $1.score : $0.product < $1.product
        }
        return (similar.isEmpty ? .categoryBestSellers : .personal, Array(ranked.prefix(limit)))
    }

    private func similarProducts() -> [ID: Double] {
        var scores: [ID: Double] = [:]
        for (age, entry) in history.shown.enumerated() {
            guard let items = neighbours.get(entry.product) else { continue }
            let weight = 1 / Double(age + 1).squareRoot()
            // Ageing needs one time to compare counts at: that of the newest view.
            let time = history.shown[0].time
            let similar = items.similar(Self.depth, at: time, options: options) {
                neighbours.get($0)?.count(at: time, options: options) ?? 0
            }
            for item in similar { scores[item.item, default: 0] += weight * item.similarity }
        }
        return scores
    }

    private func categorySellers() -> [ID: Double] {
        var scores: [ID: Double] = [:]
        for (category, share) in history.categories {
            let best = boards.get(category)?.best(Self.depth) ?? []
            let most = Double(best.first?.standing.tally.main ?? 1)
            for place in best {
                scores[place.key, default: 0] += share * Double(place.standing.tally.main) / most
            }
        }
        return scores
    }

    private func bestSellers(_ limit: Int, without known: Set<ID>) -> [Candidate] {
        let best = boards.get(nil)?.best(min(limit + known.count, Leaderboard.capacity)) ?? []
        return best.lazy.filter { !known.contains($0.key) }.prefix(limit).map {
            ($0.key, Double($0.standing.tally.main), .bestSeller)
        }
    }

    private func scaled(_ scores: [ID: Double]) -> [ID: Double] {
        let most = scores.values.max() ?? 0
        return most > 0 ? scores.mapValues { $0 / most } : [:]
    }
}

extension VisitorHistory {
    /// The categories of the products shown, with the share of each.
    var categories: [String: Double] {
        let categories = shown.compactMap(\.category)
        return Dictionary(categories.map { ($0, 1 / Double(categories.count)) }) { $0 + $1 }
    }
}
