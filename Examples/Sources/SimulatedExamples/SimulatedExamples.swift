import Millrace
public import MillraceTesting
import Recommender
import ShopSimulation
import Topologies

/// The topologies of the examples over a few hundred clicks of a simulated shop, in a simulated world.
public enum SimulatedExamples {
    /// All of them, by name.
    public static let all: [(name: String, simulation: Simulation)] = [
        ("sessionization", simulation { sessions($0, gap: .minutes(5)) }),
        (
            "trending",
            simulation {
                trending(
                    $0, types: ["view"], size: .minutes(10), every: .minutes(2), depth: 3)
            }
        ),
        (
            "active-users",
            simulation { activeUsers($0, in: .sliding(size: .minutes(5), every: .minutes(1))) }
        ),
        (
            "active-users approximate",
            simulation { approximateActiveUsers($0, in: .tumbling(.minutes(5))) }
        ),
        ("similar-items", simulation { similarItems($0, options: SimilarityOptions(), depth: 5) }),
        (
            "recommendations",
            simulation {
                recommendations($0, sessionGap: .minutes(5), count: 3, excludesSeen: false)
            }
        ),
    ]

    private static func simulation<Result: JSONEncodableRecord>(
        _ build: @escaping @Sendable (DataStream<Click>) -> DataStream<Result>
    ) -> Simulation {
        Simulation { _ in
            try Topology("simulated") { flow in
                let clicks = flow.source(
                    .elements(clicks), name: "clicks", eventTime: { $0.time },
                    watermarks: .bounded(outOfOrderness: .minutes(30)))
                build(clicks).sink(.jsonLines("results.jsonl"), name: "output")
            }
        }
    }

    /// Clicks in arrival order; some are late, within the bound.
    private static let clicks: [Click] = {
        let traffic = ShopTraffic(
            seed: 7, start: Timestamp(millis: 1_700_000_000_000), eventsPerSecond: 0.2)
        return traffic.lazy.map(\.event).filter { $0.productID != nil }
            .prefix(150).map { event in
                Click(
                    time: event.timestamp, user: ID(event.userID), item: ID(event.productID ?? ""),
                    type: event.type.rawValue)
            }
    }()
}
