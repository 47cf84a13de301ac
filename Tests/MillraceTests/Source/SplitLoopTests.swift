import Foundation
import Millrace
import Testing

/// Elements that are refused for their event time say where they came from.
@Suite struct SplitLoopTests {
    struct Row: JSONDecodableRecord, CSVDecodableRecord {
        /// −1 for no time, −2 for one that fails.
        var time: Int64 = 0

        init(from json: inout JSONReader) throws {
            while let field = try json.nextField() {
                if field == "t" { time = try json.integer() } else { try json.skip() }
            }
        }

        static let columns = ["t"]

        init(from row: borrowing CSVRow) throws { time = try row.integer(0) }

        struct Failed: Error {}

        @Sendable static func timestamp(of row: Row) throws -> Timestamp {
            if row.time == -2 { throw Failed() }
            return row.time == -1 ? .none : Timestamp(millis: row.time)
        }
    }

    typealias Strategy = WatermarkStrategy<Row>

    static func json(_ times: [Int64?]) -> String {
        times.map { $0.map { "{\"t\":\($0)}\n" } ?? "\n" }.joined()
    }

    static func guarded(_ policy: TimestampGuard.Policy) -> Strategy {
        .monotonic.rejectingTimestamps(
            furtherAheadThan: .seconds(1), of: .eventTime(confirmations: 2), policy: policy)
    }

    /// The dead letters' errors, without the file's path.
    private func letters(
        _ source: some Source<Row>, _ file: TemporaryFile, watermarks: Strategy = .monotonic
    ) async throws -> [StreamError] {
        let refused = Collected<DeadLetter>()
        try await Topology("t") { flow in
            flow.source(
                source, name: "in", eventTime: Row.timestamp, watermarks: watermarks
            )
            .deadLetters { $0.sink(.collect(into: refused)) }
            .forEach { _, _ in }
        }.run(RunOptions(batchSize: 7))
        return refused.elements.compactMap { letter in
            guard var error = letter.error as? StreamError else { return nil }
            let place = error.place
            error.place = place?.replacingOccurrences(of: file.path, with: "FILE")
            return error
        }
    }

    private func failure(
        _ file: TemporaryFile, eventTime: (@Sendable (Row) throws -> Timestamp)? = Row.timestamp,
        watermarks: Strategy = .monotonic
    ) async throws -> StreamError? {
        let topology = try Topology("t") { flow in
            let source = RecordFileSource(paths: [file.path]) { JSONLinesDecoder<Row>() }
            let rows =
                if let eventTime {
                    flow.source(source, name: "in", eventTime: eventTime, watermarks: watermarks)
                } else {
                    flow.source(source, name: "in", watermarks: watermarks)
                }
            rows.forEach { _, _ in }
        }
        return await #expect(throws: StreamError.self) { try await topology.run() }
    }

    @Test(arguments: [Double.infinity, 1e9])
    func linesAreNamedWhateverIsBetween(perSecond: Double) async throws {
        let file = try TemporaryFile(
            Self.json([1, nil, -1, 2, -2, -1, nil, nil, 3]) + "nonsense\n"
                + Self.json([-1, 4, 5, -2, -1, 6, 7, 8, -1]))
        let errors = try await letters(
            .jsonLines(file.path).limited(toPerSecond: perSecond), file)
        #expect(
            errors.map(\.place).filter { $0?.contains("column") == false }
                == [3, 5, 6, 11, 14, 15, 19].map { "FILE line \($0)" })
    }

    @Test func rowsThatSpanLinesAreNamedByTheFirst() async throws {
        let file = try TemporaryFile("t,x\n1,\"\n\n\"\n-1,\"\n\"\n2,\n-1,\n\n-1,\n")
        let errors = try await letters(.csv(file.path), file)
        #expect(errors.map(\.place) == [5, 8, 10].map { "FILE line \($0)" })
    }

    @Test func partsOfAFileNameItsLines() async throws {
        let count = 300_000
        let file = try TemporaryFile(
            Self.json((1...count).map { $0 % 50_000 == 0 ? -1 : Int64($0) }))
        let errors = try await letters(.jsonLines(file.path, parts: 3), file)
        #expect(
            Set(errors.map(\.place))
                == Set((1...6).map { "FILE line \($0 * 50_000)" }))
    }

    @Test func noTimeIsToldFromAFailureAndFromNoEventTime() async throws {
        let file = try TemporaryFile(Self.json([1, nil, -1]))
        let none = try await failure(file)
        #expect(none?.code == .badTimestamp)
        #expect(none?.description.hasPrefix("in: \(file.path) line 3: `eventTime` gave") == true)

        let failing = try await failure(try TemporaryFile(Self.json([1, nil, -2])))
        #expect(failing?.code == .operatorFailed)
        #expect(failing?.place?.hasSuffix(" line 3") == true)
        #expect(failing?.cause is Row.Failed)

        let without = try await failure(file, eventTime: nil)
        #expect(without?.code == .badTimestamp)
        #expect(without?.message.contains("give the source an `eventTime`") == true)
        #expect(without?.place == "\(file.path) line 1")
    }

    @Test func timestampsTooFarAheadAreNamedByTheirLine() async throws {
        let file = try TemporaryFile(Self.json([1, 2, -1, nil, 3, 9_000_000, 4]))
        let errors = try await letters(.jsonLines(file.path), file, watermarks: Self.guarded(.drop))
        #expect(errors.map(\.place) == ["FILE line 3", "FILE line 6"])
        #expect(errors.last?.message.contains("1970-01-01T02:30:00.000Z") == true)

        let failing = try TemporaryFile(Self.json([1, 2, nil, 3, 9_000_000, 4]))
        let error = try await failure(failing, watermarks: Self.guarded(.fail))
        #expect(error?.place == "\(failing.path) line 5")
        #expect(error?.operatorName == "in")
    }

    @Test func aReaderThatKnowsNoPlaceIsNamedByItsSplit() async throws {
        let topology = try Topology("t") { flow in
            flow.source(
                .splits([[1], [2, 0]]), name: "in",
                eventTime: { (number: Int) in number == 0 ? .none : Timestamp(millis: 1) }
            )
            .forEach { _, _ in }
        }
        let error = await #expect(throws: StreamError.self) { try await topology.run() }
        #expect(error?.place == "split '1'")
    }
}
