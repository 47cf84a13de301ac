import Millrace
import MillraceTesting
import Testing

/// Every operator gives the same output however it is run.
@Suite struct OperatorMatrixTests {
    typealias Item = OperatorMatrix<Event, String>.Item

    /// Events within the bound of their watermarks, with a watermark after every few.
    static func items(seed: UInt64) -> [Item] {
        let disorder: Int64 = 4000
        var greatest = Int64.min
        return Event.random(60, keys: 5, disorder: disorder, seed: seed).enumerated().flatMap {
            index, event -> [Item] in
            greatest = max(greatest, event.time)
            let element = Item.element(event, at: event.time)
            return index % 4 == 3 ? [element, .watermark(greatest - disorder - 1)] : [element]
        }
    }

    static let operators:
        [(name: String, build: @Sendable (DataStream<Event>) -> DataStream<String>)] = [
            ("filter", { $0.filter { $0.value > 0 }.map { "\($0)" } }),
            ("compactMap", { $0.compactMap { $0.value > 0 ? "\($0.value)" : nil } }),
            ("flatMap", { $0.flatMap { [$0.value, $0.key] }.map { "\($0)" } }),
            ("tumbling", { windowed($0, .tumbling(.seconds(7))) }),
            ("sliding", { windowed($0, .sliding(size: .seconds(15), every: .seconds(4))) }),
            ("session", { windowed($0, .session(gap: .seconds(6))) }),
            (
                "session by element",
                { windowed($0, .session { .seconds($0.key + 2) }) }
            ),
            ("count", { windowed($0, .count(3)) }),
            ("sliding count", { windowed($0, .count(4, every: 2)) }),
            ("global", { windowed($0, .global) }),
            (
                "discarding with lateness",
                {
                    $0.keyed(by: { $0.key }).window(.tumbling(.seconds(7)))
                        .allowedLateness(.seconds(9)).discarding()
                        .aggregate(.count()).map { "\($0)" }
                }
            ),
            (
                "running",
                { $0.keyed(by: { $0.key }).aggregate(.count()).map { "\($0.key) \($0.value)" } }
            ),
            (
                "deduplicated",
                { $0.keyed(by: { $0.key }).deduplicated(within: .seconds(9)).map { "\($0)" } }
            ),
            (
                "across keys",
                {
                    $0.keyed(by: { $0.key }).window(.tumbling(.seconds(7))).aggregate(.count())
                        .top(2, by: \.value).map { "\($0)" }
                }
            ),
            (
                "timers",
                {
                    $0.keyed(by: { $0.key }).process(
                        "timers", state: Int.self, output: String.self,
                        expiry: .eventTime(.seconds(5)),
                        onElement: { event, count, context in
                            count = (count ?? 0) + 1
                            context.setTimer(at: context.timestamp + .seconds(3))
                        },
                        onTimer: { timer, count, context in
                            context.emit("\(timer.key) \(timer.timestamp.millis) \(count ?? 0)")
                        },
                        onExpiry: { count, context in context.emit("gone \(context.key) \(count)") }
                    )
                }
            ),
        ]

    static func windowed(
        _ events: DataStream<Event>, _ kind: WindowKind<Event>
    ) -> DataStream<String> {
        events.keyed(by: { $0.key }).window(kind)
            .aggregate(.all(.count(), .sum(\.value), .distinct(\.value)))
            .map { result in
                let (count, sum, values) = result.value
                return "\(result.key) \(result.window) \(count) \(sum) \(values.sorted())"
            }
    }

    @Test(arguments: operators.indices, 0..<4)
    func outputIsTheSame(_ index: Int, seed: UInt64) async throws {
        let (name, build) = Self.operators[index]
        let matrix = OperatorMatrix<Event, String>(Self.items(seed: seed), build)
        // Where firing or expiry follows each batch, batching shows; the others must not differ at all.
        let differences = try await matrix.differences { $0 }
        #expect(differences == [], "\(name)")
    }

    /// The order of a key's elements is that of arrival, so an operator without one may only be ordered by
    /// event time.
    @Test(arguments: 0..<4)
    func eventTimeOrder(seed: UInt64) async throws {
        let driver = try await TopologyDriver<Event, Event> { $0.inEventTimeOrder() }
        for item in Self.items(seed: seed) {
            switch item {
            case .element(let event, let time): try driver.send(event, at: time)
            case .watermark(let time): try driver.advance(to: time)
            case .processingTime: break
            }
            try await driver.snapshotAndRestore()
        }
        try driver.finish()
        let times = driver.takeOutput().map(\.time)
        #expect(times.count == 60)
        #expect(times == times.sorted())
    }
}
