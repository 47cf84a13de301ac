import Millrace
import Storefront
import Testing
import Topologies

@Suite struct ConversionsTests {
    @Test(arguments: [1, 3])
    func whatIsGivenAwayIsNotSold(parallelism: Int) async throws {
        let found = try await results(
            of: [
                event(.view, "a", at: 0), event(.purchase, "a", at: 1, price: 1250, quantity: 2),
                event(.purchase, "a", at: 2, price: 1), event(.purchase, "b", at: 3, price: 0),
                event(.scroll, "c", nil, at: 4), event(.view, "a", at: 3600),
            ], parallelism: parallelism, restores: parallelism > 1
        ) { conversions($0) }
        .sorted { $0.window < $1.window }
        let first = try #require(found.first)
        #expect(found.count == 2)
        #expect(first.views == 1)
        #expect(first.purchases == 2)
        #expect(first.revenue == Money(thousandths: 2501))
        #expect(first.buyers == 1)
        #expect(first.users == 3)
        #expect(first.rate == 1.0 / 3)
    }
}
