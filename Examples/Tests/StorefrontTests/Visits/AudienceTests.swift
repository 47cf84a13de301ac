import Millrace
import Storefront
import Testing
import Topologies

@Suite struct AudienceTests {
    @Test func aUserCountsOncePerWindow() async throws {
        let visits = [
            event(.view, "a", at: 1), event(.click, "a", nil, at: 2), event(.view, "b", at: 3),
            event(.view, "a", at: 61),
        ]
        let exact = try await results(of: visits, parallelism: 2, restores: true) {
            audience($0, in: .minute)
        }
        #expect(exact.sorted { $0.window < $1.window }.map(\.users) == [2, 1])
        let approximate = try await results(of: visits, restores: true) {
            approximateAudience($0, in: .minute)
        }
        #expect(approximate.sorted { $0.window < $1.window }.map(\.users) == [2, 1])
    }
}
