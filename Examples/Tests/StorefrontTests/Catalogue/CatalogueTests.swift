import Foundation
import Millrace
import Testing
import Topologies

@testable import Storefront

@Suite struct CatalogueTests {
    private func withFile(_ name: String, _ text: String, _ body: (String) throws -> Void) throws {
        let path = FileManager.default.temporaryDirectory
            .appending(path: "\(UUID())-\(name)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        try body(path)
    }

    private let lamp = CatalogueProduct(
        id: "1", title: "Lamp", category: "light", price: Money(thousandths: 19_990))

    @Test func bothFormatsGiveTheSame() throws {
        let json = """
            {"product":"1","title":"Lamp","category":"light","price":19.99}

            {"id":2,"name":"Box","category":null,"price":null,"stock":[1]}
            """
        let csv = "product,title,category,price\n1,Lamp,light,19.99\r\n2,Box,,\n"
        for (name, text) in [("a.jsonl", json), ("a.csv", csv)] {
            try withFile(name, text) { path in
                let catalogue = try CatalogueStore(path: path).current
                #expect(catalogue.products == [lamp, CatalogueProduct(id: "2", title: "Box")])
                #expect(catalogue["1"] == lamp)
                #expect(catalogue["3"] == nil)
                #expect(
                    catalogue.categories == [Catalogue.Category(name: "light", productCount: 1)])
            }
        }
    }

    @Test(arguments: [
        #"{"title":"no id"}"#, #"{"id":"1","price":-1}"#, #"{"id":"1""#, "lamp",
        #"{"id":"1","price":"much"}"#,
    ])
    func whatIsNoProductIsRefusedWithItsPlace(line: String) throws {
        try withFile("a.jsonl", "{\"id\":\"0\"}\n\(line)\n") { path in
            #expect {
                try CatalogueStore(path: path)
            } throws: { error in
                let error = error as? CatalogueError
                return error?.reason == .malformed(record: 2) && error?.cause != nil
            }
        }
    }

    /// A file that is being written, or was by mistake, must not empty the shop.
    @Test(arguments: [
        ("a.csv", ""), ("a.csv", "product,title,category,price\n"), ("a.jsonl", ""),
        ("a.jsonl", "\n\n"),
    ])
    func aCatalogueWithoutProductsIsRefused(name: String, text: String) throws {
        try withFile(name, text) { path in
            #expect {
                try CatalogueStore(path: path)
            } throws: { ($0 as? CatalogueError)?.reason == .empty }
            try Data("product\n1\n".utf8).write(to: URL(fileURLWithPath: path + ".csv"))
            defer { try? FileManager.default.removeItem(atPath: path + ".csv") }
            let store = try CatalogueStore(path: path + ".csv")
            try Data(text.utf8).write(to: URL(fileURLWithPath: path + ".csv"))
            #expect(throws: CatalogueError.self) { try store.reload() }
            #expect(store.current.products.map(\.id) == ["1"])
        }
    }

    @Test func aReloadThatFailsChangesNothing() throws {
        try withFile("a.csv", "product,title\n1,Lamp\n") { path in
            let store = try CatalogueStore(path: path)
            let before = store.current
            try Data("product,title\n1,Lamp\n2,Desk\n".utf8).write(to: URL(fileURLWithPath: path))
            #expect(try store.reload() == 2)
            #expect(before.products.count == 1)
            try Data("title\nLamp\n".utf8).write(to: URL(fileURLWithPath: path))
            #expect(throws: CatalogueError.self) { try store.reload() }
            #expect(store.current.products.count == 2)
        }
        #expect {
            try CatalogueStore(path: "/nowhere/a.csv")
        } throws: { ($0 as? CatalogueError)?.reason == .unreadable }
    }

    @Test func pagesGoThroughACategory() {
        let catalogue = Catalogue(
            (0..<25).map {
                CatalogueProduct(id: ID("\($0)"), category: $0 % 2 == 0 ? "even" : "odd")
            })
        var found: [ID] = []
        var cursor: ID?
        repeat {
            let page = catalogue.page(category: "even", after: cursor, limit: 5)
            found += page.products.map(\.id)
            cursor = page.next
        } while cursor != nil
        #expect(found == stride(from: 0, to: 25, by: 2).map { ID("\($0)") })
        #expect(catalogue.page(limit: 50).products.count == 25)
        #expect(catalogue.page(after: "23", limit: 50).products.map(\.id) == ["24"])
        #expect(catalogue.page(category: "none") == CataloguePage(products: [], next: nil))
    }

    @Test func eventsGetWhatTheyDoNotSay() {
        let catalogue = Catalogue([lamp])
        let bare = ShopEvent(
            id: "e", .view, user: "u", session: "s", product: "1", query: "q", page: "/p",
            time: Timestamp(millis: 5), properties: ["x": .text("y")])
        let full = catalogue.enrich(bare)
        #expect((full.category, full.price) == ("light", lamp.price))
        #expect((full.id, full.session, full.query, full.page) == ("e", "s", "q", "/p"))
        #expect(full.properties == bare.properties)
        let own = ShopEvent(
            .view, user: "u", product: "1", category: "sale", price: .zero,
            time: Timestamp(millis: 5))
        #expect(catalogue.enrich(own) == own)
        let other = ShopEvent(.view, user: "u", product: "2", time: Timestamp(millis: 5))
        #expect(catalogue.enrich(other) == other)
    }
}
