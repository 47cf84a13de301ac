import Millrace
import MillraceTesting
import Testing

@Suite struct EventLogSourceTests {
    struct Row: JSONDecodableRecord, Equatable {
        var number = 0

        init(number: Int) { self.number = number }

        init(from json: inout JSONReader) throws {
            while let field = try json.nextField() {
                if field == "number" { number = try json.integer() } else { try json.skip() }
            }
        }
    }

    let fixture = LogFixture()

    private func fill(partitions: Int, count: Int) throws -> EventLog {
        let log = try EventLog(
            at: fixture.path, partitions: partitions,
            options: EventLogOptions(segmentBytes: 4096))
        for partition in 0..<partitions {
            for start in stride(from: 0, to: count, by: 7) {
                var batch = EventLogBatch()
                for number in start..<min(start + 7, count) {
                    try batch.append(
                        "{\"number\":\(partition * 1000 + number)}",
                        at: Timestamp(millis: Int64(number)))
                }
                try log.enqueue(batch, to: partition)
            }
        }
        try log.sync()
        return log
    }

    @Test func itIsASource() async throws {
        _ = try fill(partitions: 3, count: 200)
        let expected = (0..<3).flatMap { partition in
            (0..<200).map { Row(number: partition * 1000 + $0) }
        }
        let source = EventLogSource(at: fixture.path) { JSONLinesDecoder<Row>() }
        #expect(try await SourceConformance(source, expected: expected).violations() == [])
    }

    @Test func aTopologyReadsAllPartitionsWithTheirTimes() async throws {
        _ = try fill(partitions: 2, count: 50)
        let results = Collected<Int>()
        let topology = try Topology("log") { flow in
            flow.source(.eventLog(fixture.path, as: Row.self)).map { $0.number }
                .sink(.collect(into: results))
        }
        try await topology.run()
        #expect(results.elements.sorted() == Array(0..<50) + Array(1000..<1050))
    }

    @Test func recordsCarryTheirTimes() throws {
        _ = try fill(partitions: 1, count: 20)
        let source = EventLogSource(at: fixture.path) { JSONLinesDecoder<Row>() }
        var reader = try source.reader(for: SourceSplit(id: "0"), from: SourcePosition(offset: 5))
        var batch = Batch<Row>()
        _ = try reader.read(into: &batch, limit: 100) { _, error in throw error }
        #expect(batch.timestamps.map(\.millis) == Array(5..<20))
    }

    @Test func aSplitEndsWithWhatThereWasWhenItBegan() async throws {
        let log = try fill(partitions: 1, count: 20)
        let source = EventLogSource(at: fixture.path) { JSONLinesDecoder<Row>() }
        var reader = try source.reader(for: SourceSplit(id: "0"), from: nil)
        try await log.append("{\"number\":99}")
        var batch = Batch<Row>()
        let status = try reader.read(into: &batch, limit: 100) { _, error in throw error }
        #expect(status == .finished)
        #expect(batch.count == 20)
    }

    @Test func aFollowedLogNeverEnds() async throws {
        let log = try fill(partitions: 1, count: 20)
        let source = EventLogSource(at: fixture.path, follows: true, from: .latest) {
            JSONLinesDecoder<Row>()
        }
        var reader = try source.reader(for: SourceSplit(id: "0"), from: nil)
        var batch = Batch<Row>()
        for number in 0..<300 {
            #expect(
                try reader.read(into: &batch, limit: 10) { _, error in throw error } == .waiting)
            #expect(batch.isEmpty)
            try await log.append("{\"number\":\(number)}")
            _ = try reader.read(into: &batch, limit: 10) { _, error in throw error }
            #expect(batch.elements == [Row(number: number)])
            #expect(reader.position.offset == Int64(21 + number))
        }
    }

    @Test func whatCannotBeDecodedIsRejectedWithItsPlace() async throws {
        let log = try fill(partitions: 1, count: 2)
        try await log.append("{\"number\":x}")
        try await log.append("{\"number\":7}")
        let source = EventLogSource(at: fixture.path) { JSONLinesDecoder<Row>() }
        var reader = try source.reader(for: SourceSplit(id: "0"), from: nil)
        var batch = Batch<Row>()
        var rejected: [String] = []
        var places: [String?] = []
        let status = try reader.read(into: &batch, limit: 100) { text, error in
            rejected.append(text)
            places.append(error.place)
        }
        #expect(status == .finished)
        #expect(batch.elements == [Row(number: 0), Row(number: 1), Row(number: 7)])
        #expect(rejected == ["{\"number\":x}"])
        #expect(places.count == 1)
        #expect(places[0]?.hasPrefix("'\(fixture.path)' partition 0 offset 2") == true)
        #expect(reader.place(ofElement: 1) == "'\(fixture.path)' partition 0 offset 1")
        #expect(reader.place(ofElement: 2) == "'\(fixture.path)' partition 0 offset 3")
    }
}
