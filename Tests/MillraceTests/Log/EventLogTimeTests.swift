import MillraceTesting
import Testing

@testable import Millrace

@Suite struct EventLogTimeTests {
    let fixture = LogFixture(syncs: false)

    /// The first record that is not older, found by looking at all of them.
    @Test(arguments: 0..<6 as Range<UInt64>)
    func aTimeIsFoundWhereverItIs(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var times: [Timestamp] = []
        let log = try fixture.open(EventLogOptions(segmentBytes: 8192))
        for _ in 0..<40 {
            var batch = EventLogBatch()
            for _ in 0..<Int.random(in: 1...30, using: &random) {
                let disorder = Int64.random(in: -80...0, using: &random)
                let time = Timestamp(millis: Int64(times.count) + disorder)
                times.append(Bool.random(using: &random) && seed % 2 == 1 ? .none : time)
                try batch.append("\(times.count)", at: times[times.count - 1])
            }
            try log.enqueue(batch, to: 0)
            if Bool.random(using: &random) { try log.sync() }
        }
        try log.sync()
        for millis in stride(from: Int64(-100), to: Int64(times.count) + 20, by: 3) {
            let time = Timestamp(millis: millis)
            let expected = times.firstIndex { $0 >= time } ?? times.count
            let reader = try EventLogReader(at: fixture.path, partition: 0, from: .time(time))
            #expect(reader.offset == Int64(expected))
            #expect(try reader.rest().map(\.time) == Array(times[expected...]))
        }
    }

    @Test func theSparseIndexLeadsToTheSameRecords() throws {
        let log = try fixture.open(EventLogOptions(segmentBytes: 1 << 20))
        let filler = String(repeating: "x", count: 200)
        for batch in 0..<1000 {
            var records = EventLogBatch()
            for number in 0..<10 {
                try records.append(filler, at: Timestamp(millis: Int64(batch * 10 + number)))
            }
            try log.enqueue(records, to: 0)
        }
        try log.sync()
        #expect(
            try SegmentIndex.entries(
                of: 0, partition: 0,
                in: LogDirectory(path: fixture.path, files: SystemFileSystem())
            ).count > 10)
        for offset in stride(from: Int64(0), to: 10_000, by: 379) {
            for start in [EventLogStart.offset(offset), .time(Timestamp(millis: offset))] {
                let reader = try EventLogReader(at: fixture.path, partition: 0, from: start)
                #expect(reader.offset == offset)
                var first: Timestamp?
                _ = try reader.read(limit: 1) { first = $0.timestamp }
                #expect(first == Timestamp(millis: offset))
            }
        }
    }
}
