import Foundation
import Millrace
public import Topologies

extension ShopViews {
    /// The products of the catalogue whose title or category fits a query, best first.
    ///
    /// How well the words fit comes first; what is bought and looked at more is raised by up to half, and what is
    /// of a category of the user's history by up to half.
    ///
    /// - Parameters:
    ///   - query: Words; the last letters of each may be missing, and a long one may be misspelt.
    ///   - user: Whose history counts, and who gets recommendations; `nil` for neither.
    ///   - limit: How many are listed.
    /// - Throws: ``StreamError`` if the topology has no histories or best sellers.
    /// - Complexity: O(products of the catalogue).
    public func search(
        _ query: String, user: ID? = nil, limit: Int = 20
    ) async throws -> SearchView {
        async let history = visitorHistory(of: user)
        async let boosts = popularity()
        async let recommended = user == nil ? [] : recommendations(for: user).products
        var scores = catalogue.index.scores(for: query)
        for (product, boost) in try await boosts {
            if let place = catalogue.place(of: product) { scores[place] *= 1 + boost }
        }
        let categories = try await history.categories
        for (category, share) in categories {
            let boost = Float(1 + share / 2)
            for place in catalogue.places(of: category) { scores[place] *= boost }
        }
        let (total, best) = Self.best(max(0, limit), of: scores)
        return SearchView(
            query: query, total: total,
            products: best.map { place in
                let product = catalogue.products[place]
                return SearchView.Hit(
                    product: product, score: Double(scores[place]),
                    isPersonal: product.category.map { categories[$0] != nil } ?? false)
            },
            recommendations: try await recommended)
    }

    /// How much the most popular products are raised: up to a half, by the logarithms of their buyers in 30
    /// days and of their views in the last hour.
    private func popularity() async throws -> [ID: Float] {
        async let sellers = bestSellerBoards()
        async let rankings = running.state(
            "rankings", key: RankingKind.self, value: LiveRanking.self)
        var boosts: [ID: Float] = [:]
        for board in [try await sellers.get(nil), try await rankings.get(.trending)?.now] {
            guard let board else { continue }
            let most = board.standings.values.reduce(1) { max($0, $1.tally.main) }
            for (product, standing) in board.standings {
                let share = log(1 + Double(standing.tally.main)) / log(1 + Double(most))
                boosts[product, default: 0] += Float(share / 4)
            }
        }
        return boosts
    }

    /// How many scores are not zero, and the places of the highest; of equal ones the first.
    private static func best(_ limit: Int, of scores: [Float]) -> (total: Int, best: [Int]) {
        var total = 0
        var best: [Int] = []
        var floor: Float = 0
        for place in scores.indices where scores[place] > 0 {
            total += 1
            if best.count >= limit, scores[place] <= floor { continue }
            best.append(place)
            if best.count >= 2 * limit + 16 {
                cut(&best, limit, scores)
                floor = best.last.map { scores[$0] } ?? 0
            }
        }
        cut(&best, limit, scores)
        return (total, best)
    }

    private static func cut(_ places: inout [Int], _ limit: Int, _ scores: [Float]) {
        places.sort { scores[$0] != scores[$1] ? scores[$0] > scores[$1] : $0 < $1 }
        places.removeLast(max(0, places.count - limit))
    }
}
