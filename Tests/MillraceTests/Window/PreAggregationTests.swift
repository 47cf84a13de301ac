import Testing

@testable import Millrace

/// Windowed aggregates that are cut in two around the exchange.
@Suite struct PreAggregationTests {
    private typealias Partial = PanePartial<Int, Int>

    /// A number that is carried with much beside it.
    private struct Wide: Sendable {
        var number: Int
        var rest = (0, 0, 0)
    }

    /// Counts elements that hold a number each, their key, in windows of ten milliseconds.
    private struct Half<Element: Sendable> {
        let fixture: LaneFixture
        let split: PreAggregation
        let port: Port<Element>
        let egress: any Egress
        let element: (Int) -> Element

        /// - Parameter timeAhead: Where event time stood on the other side when the run began.
        init(
            partitions: Int = 1, capacity: Int = 1 << 20, timeAhead: Timestamp = .none,
            element: @escaping (Int) -> Element, number: @escaping @Sendable (Element) -> Int
        ) throws {
            self.element = element
            fixture = LaneFixture(partitions: partitions, capacity: capacity)
            fixture.context.timeAhead = timeAhead
            let grid = try PaneGrid(size: .milliseconds(10), slide: .milliseconds(10))
            split = .panes(grid, 0, Count<Element>(), KeySelector { number($0) })
            let (made, egress) = split.partitioner.make(
                fixture.lanes, fixture.groups, false, fixture.context)
            port = erased(Port<Element>.self, made)
            self.egress = egress
        }

        func receive(_ numbers: some Sequence<Int>, at millis: Int64) throws {
            var batch = Batch<Element>()
            for number in numbers {
                batch.append(element(number), at: Timestamp(millis: millis))
            }
            try port.receive(&batch)
        }

        func arrived(at partition: Int = 0) -> [Message.Payload] {
            egress.flushPartial()
            return fixture.arrived(at: partition)
        }

        /// The batches of both kinds that have arrived.
        func batches() -> [any Sendable] {
            arrived().compactMap { if case .batch(let batch) = $0 { batch } else { nil } }
        }
    }

    private func half(
        capacity: Int = 1 << 20, timeAhead: Timestamp = .none
    ) throws -> Half<Int> {
        try Half(capacity: capacity, timeAhead: timeAhead, element: { $0 }, number: { $0 })
    }

    private func wideHalf() throws -> Half<Wide> {
        try Half(element: { Wide(number: $0) }, number: { $0.number })
    }

    @Test func aHotKeyCrossesOncePerPane() throws {
        let half = try half()
        for _ in 0..<100 { try half.receive([7, 7, 8], at: 5) }
        #expect(half.arrived().isEmpty)
        try half.port.signal(.watermark(Timestamp(millis: 9)))
        let payloads = half.arrived()
        let partials = payloads.first?.batch(of: Partial.self)
        let counts = Dictionary(
            uniqueKeysWithValues: partials?.elements.map { ($0.key, $0.accumulator) } ?? [])
        #expect(counts == [7: 200, 8: 100])
        #expect(partials?.timestamps.allSatisfy { $0 == Timestamp(millis: 0) } == true)
        #expect(payloads.count == 2, "partials, and the watermark behind them")
    }

    /// Between what was added up before and the next watermark.
    @Test(arguments: [1, 2 * KeyedExchange<Int, Int>.capacity(of: 1)])
    func whatMayBeLateCrossesAsItIs(count: Int) throws {
        let half = try half()
        try half.receive([7, 8], at: 5)
        try half.port.signal(.watermark(Timestamp(millis: 9)))
        try half.receive(0..<count, at: 6)
        let payloads = half.arrived()
        #expect(payloads.first?.batch(of: Partial.self)?.count == 2)
        let late = payloads.dropFirst().compactMap { $0.batch(of: Int.self) }
        #expect(late.flatMap(\.elements) == Array(0..<count))
        #expect(late.flatMap(\.timestamps).allSatisfy { $0 == Timestamp(millis: 6) })
        guard payloads.count == late.count + 2, case .signal = payloads.last else {
            Issue.record("partial results, elements and the watermark were to come in this order")
            return
        }
    }

    @Test func anElementWithoutTimeIsRefused() throws {
        let half = try half()
        #expect(throws: StreamError.self) { try half.receive([1], at: Timestamp.none.millis) }
    }

    @Test func keysThatComeOnceCrossAsTheyAreFromThenOn() throws {
        let half = try half()
        let limit = PaneCombineOperator<Int, Count<Int>>.keyLimit
        try half.receive([5], at: 25)
        for first in stride(from: 0, through: limit, by: batchCapacity) {
            try half.receive(first..<first + batchCapacity, at: 1)
        }
        let partials = half.arrived().compactMap { $0.batch(of: Partial.self) }
        // Those of the other pane as well.
        #expect(partials.reduce(0) { $0 + $1.count } == limit + batchCapacity + 1)
        try half.receive(0..<3, at: 1)
        #expect(
            half.arrived().compactMap { $0.batch(of: Int.self) }.flatMap(\.elements) == [0, 1, 2])
    }

    /// What an unaligned checkpoint holds of a channel.
    @Test(arguments: [1, 2])
    func batchesOfBothKindsAreStored(partitions: Int) throws {
        let half = try half()
        try half.receive(0..<100, at: 5)
        try half.port.signal(.watermark(Timestamp(millis: 9)))
        try half.receive(100..<150, at: 6)
        var batches = half.batches()
        try half.receive(150..<200, at: 15)
        try half.port.signal(.watermark(Timestamp(millis: 19)))
        batches += half.batches()
        #expect(batches.count == 3)
        var writer = StateWriter(blocks: BlockList())
        try half.split.encodeBatches(batches, &writer)
        var reader = StateReader(writer.bytes, schemas: writer.schemas)
        let restored = try half.split.decodeBatches(&reader)
        #expect(reader.remaining == 0)
        // In the order in which they were sent.
        #expect(restored.map { $0 is Batch<Partial> } == [true, false, true])
        var keys: (partials: [Int], elements: [Int]) = ([], [])
        for partition in 0..<partitions {
            let ownership = GroupOwnership(
                groups: half.fixture.groups,
                range: half.fixture.groups.range(ofPartition: partition, of: partitions))
            for batch in restored {
                let kept = try half.split.partitioner.keep(batch, ownership, half.fixture.context)
                let partials = (kept as? Batch<Partial>)?.elements.map(\.key) ?? []
                let elements = (kept as? Batch<Int>).map { Array($0.elements) } ?? []
                #expect((partials + elements).allSatisfy { ownership.owns(hash: $0.stableHash) })
                keys.partials += partials
                keys.elements += elements
            }
        }
        #expect(keys.partials.sorted() == Array(0..<100) + Array(150..<200))
        #expect(keys.elements.sorted() == Array(100..<150))
    }

    /// What has been added up before the input was idle is in time for the windows that others end meanwhile;
    /// what comes behind them is late, element by element.
    @Test func whatCameBeforeAnInputWasIdleIsInTime() throws {
        let halves = try [half(), half()]
        let context = LaneFixture(partitions: 1).context
        var rows: [Windowed<Int, Int>] = []
        let output = Port<Windowed<Int, Int>>(
            batch: { rows += $0.elements }, signal: { _ in })
        let gate = halves[0].split.gate(2, context, output)
        func deliver() throws {
            for (input, half) in halves.enumerated() {
                for payload in half.arrived() {
                    switch payload {
                    case .batch(let batch): try gate.receive(batch)
                    case .signal(let signal): try gate.signal(signal, input)
                    case .barrier: Issue.record("nobody sends a barrier")
                    }
                }
            }
        }
        try halves[0].receive([1, 1, 2], at: 5)
        try halves[0].port.signal(.status(.idle))
        try halves[1].receive([2], at: 6)
        try halves[1].port.signal(.watermark(Timestamp(millis: 19)))
        try deliver()
        #expect(rows.map(\.key).sorted() == [1, 2])
        #expect(rows.allSatisfy { $0.value == 2 })
        #expect(context.counters.late == 0)

        try halves[0].port.signal(.status(.active))
        try halves[0].receive([1, 1, 1, 3], at: 15)
        try halves[0].receive([4], at: 25)
        try halves[0].port.signal(.watermark(Timestamp(millis: 22)))
        try deliver()
        #expect(context.counters.late == 4)
        for half in halves { try half.port.signal(.watermark(.max)) }
        try deliver()
        #expect(rows.map(\.key).sorted() == [1, 2, 4])
        #expect(context.counters.late == 4)
    }

    /// An input that goes idle while there is no room sends what it has added up in several turns, and says only
    /// behind the last of it that it is idle; what comes meanwhile does not overtake that.
    @Test(arguments: [false, true])
    func anInputGoesIdleAsFarAsThereIsRoom(hasMore: Bool) throws {
        let half = try half(capacity: 1)
        let worker = half.fixture.worker
        let keys = 20 * batchCapacity
        try half.receive(0..<keys, at: 5)
        try half.port.signal(.status(.idle))
        #expect(worker.isFull && worker.suspended.count == 1, "there is not room for all of it")
        if hasMore { try half.receive([7, 7], at: 6) }
        var payloads: [Message.Payload] = []
        repeat {
            payloads += half.arrived()
            worker.isFull = false
        } while try !worker.resumeSuspended() || worker.isFull
        payloads += half.arrived()
        let partials = payloads.compactMap { $0.batch(of: Partial.self) }
        #expect(partials.count > 2)
        #expect(partials.flatMap(\.elements).map(\.key).sorted() == Array(0..<keys))
        guard case .signal(.status(.idle)) = payloads[partials.count] else {
            Issue.record("the status was to come behind all that had been added up")
            return
        }
        let behind = payloads.dropFirst(partials.count + 1)
        #expect(behind.count == (hasMore ? 1 : 0))
        #expect(
            behind.compactMap { $0.batch(of: Int.self) }.flatMap(\.elements)
                == (hasMore ? [7, 7] : []), "what may be late crosses as it is")
    }

    /// Behind a restart, an input may begin where the other side was before the others went on.
    @Test func elementsCrossAsTheyAreUntilTimeHasCaughtUp() throws {
        let half = try half(timeAhead: Timestamp(millis: 29))
        for start in [0, 10, 20, 30] as [Int64] {
            try half.receive([7, 7, 8], at: start + 5)
            try half.port.signal(.watermark(Timestamp(millis: start + 9)))
            let payloads = half.arrived()
            let partials = payloads.compactMap { $0.batch(of: Partial.self) }.flatMap(\.elements)
            let elements = payloads.compactMap { $0.batch(of: Int.self) }.flatMap(\.elements)
            let sums = Dictionary(uniqueKeysWithValues: partials.map { ($0.key, $0.accumulator) })
            #expect(sums == (start < 30 ? [:] : [7: 2, 8: 1]))
            #expect(elements == (start < 30 ? [7, 7, 8] : []))
        }
    }

    /// Time catches up while a pane is open: what has been sent for it is before what is added up from then on.
    @Test func whatIsAddedUpDoesNotOvertakeWhatCrossedAsItIs() throws {
        let half = try half(timeAhead: Timestamp(millis: 29))
        try half.receive([7], at: 35)
        try half.port.signal(.watermark(Timestamp(millis: 29)))
        try half.receive([7], at: 36)
        try half.port.signal(.watermark(Timestamp(millis: 39)))
        let payloads = half.arrived()
        #expect(payloads.first?.batch(of: Int.self)?.elements == [7])
        #expect(payloads.dropFirst().first?.batch(of: Partial.self)?.elements.map(\.key) == [7])
    }

    /// Each crosses as what it adds up to alone where that is less to carry; as it is if it may be late.
    @Test func keysThatComeOnceCrossInTheNarrowerForm() throws {
        let half = try wideHalf()
        let limit = PaneCombineOperator<Int, Count<Wide>>.keyLimit
        for first in stride(from: 0, through: limit, by: batchCapacity) {
            try half.receive(first..<first + batchCapacity, at: 1)
        }
        _ = half.arrived()
        func receive(at millis: Int64) throws -> (narrowed: [Int], whole: [Int]) {
            try half.receive([3, 4, 3], at: millis)
            let payloads = half.arrived()
            let partials = payloads.compactMap { $0.batch(of: Partial.self) }
            #expect(partials.flatMap(\.elements).allSatisfy { $0.accumulator == 1 })
            #expect(partials.flatMap(\.timestamps).allSatisfy { $0.millis == millis / 10 * 10 })
            let whole = payloads.compactMap { $0.batch(of: Wide.self) }.flatMap(\.elements)
            return (partials.flatMap(\.elements).map(\.key), whole.map(\.number))
        }
        #expect(try receive(at: 12) == ([3, 4, 3], []))
        try half.port.signal(.watermark(Timestamp(millis: 29)))
        #expect(try receive(at: 32) == ([3, 4, 3], []))
        #expect(try receive(at: 12) == ([], [3, 4, 3]), "its pane has gone out")
        try half.port.signal(.status(.idle))
        try half.port.signal(.status(.active))
        #expect(try receive(at: 52) == ([], [3, 4, 3]), "nobody knows how far the others are")
    }

    /// End to end: keys that nearly all come once, then some that come often.
    @Test func sumsOfManyKeysAreWhole() async throws {
        try await checkSums(of: { $0 }, number: { $0 })
        try await checkSums(of: { Wide(number: $0) }, number: { $0.number })
    }

    private func checkSums<Element: Sendable>(
        of element: @escaping @Sendable (Int) -> Element,
        number: @escaping @Sendable (Element) -> Int
    ) async throws {
        let count = 3 * PaneCombineOperator<Int, Count<Element>>.keyLimit
        let distinct = count / 2
        let sums = Collected<Windowed<Int, Int>>()
        let topology = try Topology("many") { flow in
            let elements = flow.source(
                .generator(count: count, splits: 2) { @Sendable index -> (Element, Timestamp) in
                    (element(index < distinct ? index : index % 100), Timestamp(millis: 1))
                }
            )
            elements.keyed(by: { number($0) }).window(.global).aggregate(.count())
                .sink(.collect(into: sums))
        }
        try await topology.run(RunOptions(parallelism: 2))
        let elements = sums.elements
        #expect(elements.count == distinct)
        #expect(elements.reduce(0) { $0 + $1.value } == count)
        #expect(elements.allSatisfy { $0.key < 100 || $0.value == 1 })
    }
}
