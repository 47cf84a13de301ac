import Millrace
import Recommender
import Testing

@Suite(.enabled(if: ReferenceData.isAvailable, Comment(rawValue: ReferenceData.reason)))
struct ReferenceSimilarityTests {
    struct Expected: Decodable {
        struct Query: Decodable {
            var item: Int64
            var itemCount: Double
            var similar: [[Double]]
        }
        var items: Int
        var pairs: Int
        var digestItemCounts: String
        var digestPairCounts: String
        var queries: [Query]
    }

    @Test(arguments: ["rees46-multicategory", "taobao-userbehavior"])
    func countsEqualTheBatchComputation(name: String) throws {
        let weights = ["view": 1, "fav": 2, "cart": 2, "purchase": 3]
        let data = try ReferenceData(name)
        var similarities = ItemSimilarities<Int64, ItemID>()
        for row in try data.rows("events.csv.gz") {
            similarities.record(row.item, of: row.user, weight: try #require(weights[row.type]))
        }
        let expected = try data.expected("covisit", as: Expected.self)
        let items = similarities.items.keys.sorted()
        #expect(items.count == expected.items)
        let counts = items.map { "\($0),\(Int(similarities.count(of: $0)))" }
        #expect(try ReferenceData.digest(counts) == expected.digestItemCounts)
        let pairs = items.flatMap { item in
            let later = similarities.items[item]?.pairs.filter { $0.key > item } ?? [:]
            return later.sorted { $0.key < $1.key }.map { "\(item),\($0.key),\(Int($0.value))" }
        }
        #expect(pairs.count == expected.pairs)
        #expect(try ReferenceData.digest(pairs) == expected.digestPairCounts)
        for query in expected.queries {
            let similar = similarities.similar(to: query.item)
            #expect(similarities.count(of: query.item) == query.itemCount)
            #expect(similar.map { Double($0.item) } == query.similar.map { $0[0] })
            for (ours, theirs) in zip(similar, query.similar) {
                #expect([ours.pairCount, ours.itemCount] == Array(theirs[1...2]))
                #expect(abs(ours.similarity - theirs[3]) < 1e-7)
            }
        }
    }
}
