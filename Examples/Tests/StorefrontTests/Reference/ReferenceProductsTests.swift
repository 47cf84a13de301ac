import Millrace
import Recommender
import Storefront
import Testing
import Topologies

@Suite(.enabled(if: ReferenceSet.isAvailable, ReferenceSet.reason))
struct ReferenceProductsTests {
    @Test(
        arguments: ReferenceSet.names(
            ["rees46-multicategory"], large: ["taobao-userbehavior", "globo-news-clicks"]))
    func trendingProductsAreEqual(name: String) async throws {
        let set = try ReferenceSet(name)
        let lines = try await set.results(parallelism: 2) { trendingProducts($0) }
            .sorted { $0.window < $1.window }
            .map { ranking in
                let top = ranking.top.map { "\($0.product):\($0.views)" }
                return "\(ranking.window.start.millis);\(ranking.views);\(ranking.products);"
                    + top.joined(separator: ",")
            }
        #expect(try ReferenceSet.digest(lines) == set.expected("trending")["digest"].string)
    }

    @Test(
        arguments: ReferenceSet.names(
            ["rees46-multicategory"], large: ["taobao-userbehavior", "globo-news-clicks"]))
    func popularProductsAreEqual(name: String) async throws {
        let set = try ReferenceSet(name)
        let lines = try await set.results { popularPages($0) }
            .sorted { ID($0.page) < ID($1.page) }
            .map { "\($0.page),\($0.views)" }
        #expect(try ReferenceSet.digest(lines) == set.expected("popular")["digest"].string)
    }

    @Test func popularPagesAreEqual() async throws {
        let set = try ReferenceSet("apache-access-log")
        let found = try await set.results { popularPages($0) }
        let top = found.sorted { ($1.views, $0.page) < ($0.views, $1.page) }
            .prefix(20).map { [$0.page, "\($0.views)"] }
        let expected = try set.expected("popular")
        #expect(found.count == expected["paths"].int)
        #expect(Array(top) == expected["top_paths"].rows)
    }

    @Test(
        arguments: ReferenceSet.names(
            ["rees46-multicategory"], large: ["taobao-userbehavior"]))
    func cartedProductsAreEqual(name: String) async throws {
        let set = try ReferenceSet(name)
        let lines = try await set.results { mostCarted($0) }
            .sorted { $0.product < $1.product }
            .map { "\($0.product),\($0.additions),\($0.users)" }
        #expect(try ReferenceSet.digest(lines) == set.expected("most_carted")["digest"].string)
    }

    @Test(
        arguments: ReferenceSet.names(
            ["rees46-multicategory"], large: ["taobao-userbehavior"]))
    func bestSellersAreEqual(name: String) async throws {
        let set = try ReferenceSet(name)
        let expected = try set.expected("best_sellers")
        let end = Timestamp(millis: Int64(try #require(expected["as_of_ms"].int)))
        // Of the rankings of each midnight the first that sees the whole recording.
        let overall = try await set.results { bestSellers($0) }
        let asOf = try #require(overall.map(\.period.end).filter { $0 >= end }.min())
        let top = overall.first { $0.period.end == asOf }?.top ?? []
        #expect(top.map { [$0.product.description, "\($0.buyers)"] } == expected["overall"].rows)

        let categories = try await set.results { bestSellers($0) { $0.category } }
            .filter { $0.period.end == asOf }
            .sorted { ID($0.category ?? "") < ID($1.category ?? "") }
        let lines = categories.map { ranking in
            let top = ranking.top.map { "\($0.product):\($0.buyers)" }
            return "\(ranking.category ?? "");\(top.joined(separator: ","))"
        }
        #expect(try ReferenceSet.digest(lines) == expected["digest_per_category"].string)
    }

    @Test(.enabled(if: ReferenceSet.isFast, "this set is for release builds"))
    func bestSellersOfEachMonthAreEqual() async throws {
        let set = try ReferenceSet("uci-online-retail")
        let overall = try await set.results { bestSellers($0, depth: .max) }
        let countries = try await set.results {
            bestSellers($0, depth: 5) { $0.properties["country"]?.text }
        }
        for month in try set.expected("best_sellers")["as_of"].array {
            let asOf = Timestamp(millis: Int64(try #require(month["as_of_ms"].int)))
            let sellers = overall.first { $0.period.end == asOf }?.top ?? []
            #expect(
                sellers.prefix(10).map { [$0.product.description, "\($0.buyers)", "\($0.units)"] }
                    == month["overall"].rows)
            let lines =
                sellers.sorted { $0.product.description < $1.product.description }
                .map { "\($0.product),\($0.buyers),\($0.units)" }
            #expect(try ReferenceSet.digest(lines) == month["digest"].string)
            for country in month["per_country"].array {
                let top = countries.first {
                    $0.period.end == asOf && $0.category == country["country"].string
                }
                #expect(
                    top?.top.map { [$0.product.description, "\($0.buyers)"] }
                        == country["top"].rows)
            }
        }
    }

    @Test(
        arguments: ReferenceSet.names(
            ["rees46-multicategory"], large: ["taobao-userbehavior", "globo-news-clicks"]))
    func historiesAreEqual(name: String) async throws {
        let set = try ReferenceSet(name)
        for (keepsRepeats, digest) in [(false, "digest_distinct"), (true, "digest_raw_views")] {
            let lines = try await set.results {
                finalHistories($0, keepingRepeats: keepsRepeats, name: "final")
            }
            .sorted { $0.user < $1.user }
            .map { "\($0.user);\($0.products.map(\.description).joined(separator: ","))" }
            #expect(try ReferenceSet.digest(lines) == set.expected("history")[digest].string)
        }
    }

    @Test(
        arguments: ReferenceSet.names(
            ["rees46-multicategory"], large: ["taobao-userbehavior", "globo-news-clicks"]))
    func duplicatesAreEqual(name: String) async throws {
        let set = try ReferenceSet(name)
        let found = try #require(try await set.results { duplicateReport($0) }.first)
        let expected = try set.expected("dedup")
        #expect(found.events == expected["events"].int)
        #expect(found.distinct == expected["distinct_rows"].int)
        #expect(found.kept == expected["kept_after_ttl_dedup"].int)
    }

    @Test(
        arguments: ReferenceSet.names(
            ["rees46-multicategory", "apache-access-log"],
            large: ["taobao-userbehavior", "globo-news-clicks"]))
    func alertsAreEqual(name: String) async throws {
        let set = try ReferenceSet(name)
        let expected = try set.expected("anomalies")
        let rate = expected["rate"]
        let heavy = name.hasPrefix("apache") ? expected["heavy_hosts"] : expected["heavy_users"]
        let rules = AlertRules(
            trafficWindow: .milliseconds(rate["window_ms"].int ?? 10_000),
            minimumExcess: Double(rate["min_excess"].int ?? 5),
            userLimit: try #require(heavy["limit"].int))
        let found = try await set.results { alerts($0, rules: rules) }
        if let digest = rate["digest"].string {
            let lines =
                found.filter { $0.kind == .trafficSpike }.sorted { $0.start < $1.start }
                .map { "\($0.start.millis),\(Int($0.value))" }
            #expect(try ReferenceSet.digest(lines) == digest)
        }
        let lines =
            found.filter { $0.kind == .heavyUser }
            .sorted { ($0.start, $0.subject) < ($1.start, $1.subject) }
            .map { "\($0.start.millis),\($0.subject),\(Int($0.value))" }
        #expect(try ReferenceSet.digest(lines) == heavy["digest"].string)
    }

    @Test(
        arguments: ReferenceSet.names(
            ["rees46-multicategory"], large: ["taobao-userbehavior"]))
    func similarProductsAreEqual(name: String) async throws {
        let set = try ReferenceSet(name)
        let found = try await set.results { similarProducts($0) }
        let lists = Dictionary(uniqueKeysWithValues: found.map { ($0.item, $0.similar) })
        for query in try set.expected("covisit")["queries"].array {
            let item = ID("\(try #require(query["item"].int))")
            let rows = lists[item]?.map {
                [$0.item.description, "\(Int($0.pairCount))", "\(Int($0.itemCount))"]
            }
            #expect(rows == query["similar"].rows.map { Array($0.prefix(3)) })
        }
    }
}
