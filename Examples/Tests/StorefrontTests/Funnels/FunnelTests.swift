import Millrace
import MillraceTesting
import Storefront
import Testing
import Topologies

@Suite struct FunnelTests {
    private func reached(
        _ events: [ShopEvent], _ funnel: Funnel, parallelism: Int = 1
    ) async throws -> [Int] {
        let reports = try await results(of: events, parallelism: parallelism, restores: true) {
            funnelReports(funnelArrivals($0, funnel), of: funnel)
        }
        return reports.first?.reached ?? []
    }

    @Test func theLimitIsInclusive() async throws {
        let funnel = Funnel("f", scope: .user)
        for (end, count) in [(3600.0, 1), (3600.001, 0)] {
            let chain = [
                event(.view, at: 0), event(.addToCart, at: 1), event(.purchase, at: end),
            ]
            #expect(try await reached(chain, funnel) == [1, 1, count])
        }
    }

    @Test func aLaterViewBeginsAnewWithoutLosingTheFirst() async throws {
        let funnel = Funnel("f", within: .seconds(10), scope: .user)
        // The second view has not been followed by a cart, so only the first chain can end.
        let open = [
            event(.view, at: 0), event(.addToCart, at: 1), event(.view, at: 8),
            event(.purchase, at: 9),
        ]
        #expect(try await reached(open, funnel) == [1, 1, 1])
        let closed = open.dropLast() + [event(.purchase, at: 12)]
        #expect(try await reached(Array(closed), funnel) == [1, 1, 0])
        let renewed = open.dropLast() + [event(.addToCart, at: 9), event(.purchase, at: 12)]
        #expect(try await reached(Array(renewed), funnel) == [1, 1, 1])
    }

    @Test func stepsInTheWrongOrderDoNotCount() async throws {
        let funnel = Funnel("f", scope: .user)
        let chain = [event(.purchase, at: 0), event(.addToCart, at: 1), event(.view, at: 2)]
        #expect(try await reached(chain, funnel) == [1, 0, 0])
    }

    @Test(arguments: [1, 2])
    func productsHaveChainsOfTheirOwn(parallelism: Int) async throws {
        let chain = [
            event(.view, "u", "1", at: 0), event(.view, "u", "2", at: 1),
            event(.addToCart, "u", "1", at: 2), event(.purchase, "u", "2", at: 3),
        ]
        let each = Funnel("f", scope: .userAndProduct)
        #expect(try await reached(chain, each, parallelism: parallelism) == [2, 1, 0])
        let any = Funnel("f", scope: .user)
        #expect(try await reached(chain, any, parallelism: parallelism) == [1, 1, 1])
    }

    @Test func oneEventIsOneStep() async throws {
        let twice = Funnel("f", steps: [.view, .view], scope: .user)
        #expect(try await reached([event(.view, at: 0)], twice) == [1, 0])
        #expect(try await reached([event(.view, at: 0), event(.view, at: 1)], twice) == [1, 1])
    }

    @Test func aForgottenKeyStartsAnew() async throws {
        let funnel = Funnel("f", scope: .user)
        let visits = [event(.view, at: 0), event(.view, "v", at: 200), event(.view, at: 201)]
        let arrivals = try await results(of: visits) {
            funnelArrivals($0, funnel, expiry: .eventTime(.seconds(100)))
        }
        #expect(arrivals.map(\.user) == ["u", "v", "u"])
    }

    @Test(arguments: 0..<12)
    func funnelsAreFollowedTogetherAsEachAlone(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let types: [EventType] = [.view, .addToCart, .purchase]
        let scope: Funnel.Scope = seed % 2 == 0 ? .user : .userAndProduct
        let funnels = (0..<3).map { number in
            let more = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                types.randomElement(using: &random) ?? .view
            }
            return Funnel(
                "f\(number)", steps: [.view] + more,
                within: .seconds(Int.random(in: 5...40, using: &random)), scope: scope)
        }
        let visits = (0..<300).map { number in
            event(
                types.randomElement(using: &random) ?? .view,
                ["u", "v", "w"].randomElement(using: &random) ?? "u",
                ["1", "2"].randomElement(using: &random) ?? "1", at: Double(number))
        }
        let together = try await results(of: visits, restores: true) {
            funnelArrivals($0, funnels, name: "funnels")
        }
        var later = 0
        for funnel in funnels {
            let alone = try await results(of: visits) { funnelArrivals($0, funnel) }
            #expect(together.filter { $0.funnel == funnel.name } == alone)
            later += alone.count { $0.step > 0 }
        }
        #expect(later > 0)
    }
}
