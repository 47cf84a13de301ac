import Testing
import Topologies

@testable import Storefront

@Suite struct SearchIndexTests {
    private let catalogue = Catalogue([
        CatalogueProduct(id: "1", title: "Oak desk", category: "Furniture"),
        CatalogueProduct(id: "2", title: "Desk lamp, small", category: "Light"),
        CatalogueProduct(id: "3", title: "Café table", category: "Furniture"),
        CatalogueProduct(
            id: "4", title: "Lamp lamp lamp shade for a very tall floor", category: "Light"),
    ])

    private func found(_ query: String) -> Set<ID> {
        let scores = catalogue.index.scores(for: query)
        return Set(scores.indices.filter { scores[$0] > 0 }.map { catalogue.products[$0].id })
    }

    @Test(arguments: [
        ("desk", ["1", "2"]), ("DESK lamp", ["2"]), ("cafe", ["3"]), ("furn", ["1", "3"]),
        ("dsek", ["1", "2"]), ("tabel furniture", ["3"]), ("lamp sofa", ["2", "4"]), ("sofa", []),
        ("", []), ("  ,; ", []), ("oka", []), ("xxxxxxxxxxx", []),
    ])
    func queries(query: String, expected: [ID]) { #expect(found(query) == Set(expected)) }

    @Test func aRareWordAndAShortTextCountMore() {
        let lamps = catalogue.index.scores(for: "lamp")
        #expect(lamps[1] > 0 && lamps[3] > 0)
        let desks = catalogue.index.scores(for: "desk oak")
        #expect(desks[0] > 0 && desks[1] == 0)
        let exact = catalogue.index.scores(for: "table")
        let begun = catalogue.index.scores(for: "tab")
        #expect(exact[2] > begun[2] && begun[2] > 0)
    }

    @Test(arguments: [
        ("lamp", "lmap", 1, true), ("lamp", "lam", 1, true), ("lamp", "clamp", 1, false),
        ("lamp", "lump", 1, true), ("table", "tbael", 1, false), ("table", "tbael", 2, true),
        ("a", "a", 0, true),
    ])
    func likeness(a: String, b: String, limit: Int, isAlike: Bool) {
        #expect(SearchTerms.areAlike(a, b, within: limit) == isAlike)
    }
}
