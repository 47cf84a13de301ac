import Millrace
import MillraceTesting
import Testing

/// Windowed aggregates on a real run, whatever the splits and the parallelism, against a plain
/// computation.
@Suite struct WindowRunTests {
    struct Shape: Sendable {
        var splits: Int
        var parallelism: Int
    }

    static let shapes = [
        Shape(splits: 1, parallelism: 1), Shape(splits: 1, parallelism: 3),
        Shape(splits: 4, parallelism: 1), Shape(splits: 4, parallelism: 4),
        Shape(splits: 3, parallelism: 2),
    ]

    struct Row: Hashable, Sendable {
        var key: Int
        var start: Int64
        var value: Int
    }

    private func run(
        _ events: [Event], _ kind: WindowKind<Event>, _ shape: Shape, disorder: Int64
    ) async throws -> (rows: [Row], report: RunReport) {
        // Each split gets a share in its own order.
        var splits = [[Event]](repeating: [], count: shape.splits)
        for (index, event) in events.enumerated() { splits[index % shape.splits].append(event) }
        let results = Collected<Windowed<Int, Int>>()
        let topology = try Topology("windows") { flow in
            flow.source(
                .splits(splits), eventTime: { Timestamp(millis: $0.time) },
                watermarks: .bounded(outOfOrderness: .milliseconds(disorder))
            )
            .keyed(by: { $0.key }).window(kind).aggregate(.sum(\.value), name: "sums")
            .sink(.collect(into: results))
        }
        let report = try await topology.run(
            RunOptions(parallelism: shape.parallelism, batchSize: 7))
        let rows = results.elements.map {
            Row(key: $0.key, start: $0.window.start.millis, value: $0.value)
        }
        return (rows, report)
    }

    private func expected(_ events: [Event], _ grid: PaneGrid) throws -> [Row: Int] {
        var sums: [[Int64]: Int] = [:]
        for event in events {
            for window in try grid.windows(of: Timestamp(millis: event.time)) {
                sums[[Int64(event.key), window.start.millis], default: 0] += event.value
            }
        }
        let rows = sums.map { Row(key: Int($0.key[0]), start: $0.key[1], value: $0.value) }
        return Dictionary(rows.map { ($0, 1) }, uniquingKeysWith: +)
    }

    @Test(arguments: shapes, [(10, 10), (30, 10), (7, 3), (3, 7)])
    func sumsEqualAPlainComputation(_ shape: Shape, _ sizes: (size: Int, slide: Int)) async throws {
        let events = Event.random(3000, keys: 20, disorder: 5000, seed: UInt64(sizes.size))
        let size = Duration.seconds(sizes.size)
        let slide = Duration.seconds(sizes.slide)
        let (rows, report) = try await run(
            events, .sliding(size: size, every: slide), shape, disorder: 5000 * 4)
        let grid = try PaneGrid(size: size, slide: slide)
        #expect(
            try Dictionary(rows.map { ($0, 1) }, uniquingKeysWith: +) == expected(events, grid))
        #expect(report.operators.allSatisfy { $0.counters.late == 0 })
    }

    /// Counts are not merged anew for each window: what leaves it is subtracted. Keys come and go, late elements
    /// change panes that have been subtracted or not, and there are gaps without an element.
    @Test(arguments: [(10, 10), (30, 10), (7, 3), (3, 7), (60, 1)], 0..<4 as Range<UInt64>)
    func slidingCountsEqualAPlainComputation(
        _ sizes: (size: Int, slide: Int), seed: UInt64
    ) async throws {
        let (size, slide) = (Duration.seconds(sizes.size), Duration.seconds(sizes.slide))
        let driver = try await TopologyDriver<Event, Windowed<Int, Int>> {
            $0.keyed(by: { $0.key }).window(.sliding(size: size, every: slide))
                .allowedLateness(.seconds(20)).aggregate(.count())
        }
        var events = Event.random(1500, keys: 12, disorder: 9000, seed: seed)
        for index in events.indices {
            events[index].value = 1
            // Only one key at a time is there always.
            events[index].key += Int(events[index].time / 40_000) % 3 * 6
            if index > 900 { events[index].time += 300_000 }
        }
        var greatest = Int64.min
        for (index, event) in events.enumerated() {
            try driver.send(event, at: event.time)
            greatest = max(greatest, event.time)
            if index % 5 == 0 { try driver.advance(to: greatest - 8000) }
            if index % 400 == 399 { try await driver.snapshotAndRestore() }
        }
        try driver.finish()
        // A window that fires again for a late element says everything so far: the last counts.
        let last = Dictionary(
            driver.takeOutput().map { ([Int64($0.key), $0.window.start.millis], $0.value) },
            uniquingKeysWith: { $1 })
        let grid = try PaneGrid(size: size, slide: slide)
        let rows = last.map { Row(key: Int($0.key[0]), start: $0.key[1], value: $0.value) }
        #expect(
            try Dictionary(rows.map { ($0, 1) }, uniquingKeysWith: +) == expected(events, grid))
    }

    /// Rows of one window come in runs, which parallel instances cut and mix.
    @Test(arguments: shapes)
    func resultsAcrossKeysAreThoseOfAllKeys(_ shape: Shape) async throws {
        let events = Event.random(3000, keys: 40, disorder: 5000, seed: 11)
        let results = Collected<Windowed<Window, (Int, Int)>>()
        let topology = try Topology("across") { flow in
            flow.source(
                .elements(events), eventTime: { Timestamp(millis: $0.time) },
                watermarks: .bounded(outOfOrderness: .seconds(20))
            )
            .keyed(by: { $0.key }).window(.sliding(size: .seconds(9), every: .seconds(3)))
            .aggregate(.count())
            .acrossKeys(.all(.count(), .sum(\.value)))
            .sink(.collect(into: results))
        }
        try await topology.run(RunOptions(parallelism: shape.parallelism, batchSize: 7))
        var keys: [Int64: Set<Int>] = [:]
        var counts: [Int64: Int] = [:]
        let grid = try PaneGrid(size: .seconds(9), slide: .seconds(3))
        for event in events {
            for window in try grid.windows(of: Timestamp(millis: event.time)) {
                keys[window.start.millis, default: []].insert(event.key)
                counts[window.start.millis, default: 0] += 1
            }
        }
        let found = results.elements
        #expect(found.allSatisfy { $0.key == $0.window })
        #expect(
            Dictionary(uniqueKeysWithValues: found.map { ($0.key.start.millis, $0.value.0) })
                == keys.mapValues(\.count))
        #expect(
            Dictionary(uniqueKeysWithValues: found.map { ($0.key.start.millis, $0.value.1) })
                == counts)
    }

    @Test(arguments: shapes)
    func aGlobalWindowFiresOnceAtTheEnd(_ shape: Shape) async throws {
        let events = Event.random(2000, keys: 300, disorder: 0, seed: 5)
        let (rows, _) = try await run(events, .global, shape, disorder: 10_000)
        let sums = Dictionary(events.map { ($0.key, $0.value) }, uniquingKeysWith: +)
        #expect(Dictionary(rows.map { ($0.key, $0.value) }, uniquingKeysWith: +) == sums)
        #expect(rows.count == sums.count)
    }

    /// What is late depends on the order in which splits are read, but every element is accounted for.
    @Test(arguments: shapes)
    func everyElementIsCountedOnceWhateverIsLate(_ shape: Shape) async throws {
        // So many that watermarks go out before the end on any machine.
        var events = Event.random(40_000, keys: 5, disorder: 60_000, seed: 3)
        for index in events.indices { events[index].value = 1 }
        let (rows, report) = try await run(
            events, .tumbling(.seconds(10)), shape, disorder: 20_000)
        let late = report.operators.reduce(0) { $0 + $1.counters.late }
        #expect(rows.reduce(0) { $0 + $1.value } + late == events.count)
        #expect(late > 0)
    }
}

/// Timestamps at the ends of the range, and none at all.
@Suite struct ExtremeTimestampTests {
    private func run(
        _ times: [Int64], _ kind: WindowKind<Int64>, policy: ErrorPolicy = .fail
    ) async throws -> (results: [Windowed<Int, Int>], report: RunReport) {
        let results = Collected<Windowed<Int, Int>>()
        let topology = try Topology("extremes") { flow in
            flow.source(
                .elements(times), name: "times", eventTime: { Timestamp(millis: $0) },
                watermarks: .none
            )
            .onError(policy)
            .keyed(by: { _ in 0 }).window(kind).aggregate(.count())
            .sink(.collect(into: results))
        }
        let report = try await topology.run()
        return (results.elements, report)
    }

    @Test(arguments: [
        WindowKind<Int64>.tumbling(.seconds(10)),
        .sliding(size: .seconds(30), every: .seconds(10)), .session(gap: .seconds(10)),
    ])
    func theEndsOfTheRangeDoNotTrapOrMeet(_ kind: WindowKind<Int64>) async throws {
        let (results, _) = try await run([.min + 1, 0, .max - 1], kind)
        // A window that saturates holds what it holds, but the ends are never in one window.
        #expect(results.allSatisfy { $0.value == 1 })
        #expect(results.count >= 3)
    }

    @Test func anElementWithoutTimeIsRefusedByName() async throws {
        await #expect {
            _ = try await run([1, .min, 3], .tumbling(.seconds(1)))
        } throws: { error in
            let error = error as? StreamError
            return error?.operatorName == "times"
        }
        let (results, report) = try await run(
            [1, .min, 3], .tumbling(.seconds(1)), policy: .skipAndCount)
        #expect(results.map(\.value) == [2])
        #expect(report["times"]?.failed == 1)
        #expect(report["times"]?.received == 3)
    }
}
