import Testing
import Topologies

@testable import Storefront

@Suite struct PageCursorTests {
    @Test(arguments: ["p1", "", "a.b.c", "1767.user.name", "é", "a b+c%"])
    func aCursorLeadsBackToItsPlace(place: String) throws {
        let text = PageCursor(place, of: "products").text
        #expect(try PageCursor(text: text, of: "products").place == place)
    }

    @Test func whatNoPageHasGivenOutIsRefused() {
        let text = PageCursor("p1", of: "products").text
        for wrong in ["xyz", "", ".", "p1", ".p1", "0.p1", text + "2", "0" + text, "+" + text] {
            #expect(throws: InvalidCursor(cursor: wrong)) {
                try PageCursor(text: wrong, of: "products")
            }
        }
        #expect(throws: InvalidCursor.self) { try PageCursor(text: text, of: "sessions") }
        #expect(throws: InvalidCursor.self) { try CataloguePage.place(of: "xyz") }
        // Well formed, but of no session.
        #expect(throws: InvalidCursor.self) {
            try SessionPage.checked(PageCursor("no time.u", of: "sessions").text)
        }
    }
}
