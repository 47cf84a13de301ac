import MillraceTesting
import Testing

@testable import Millrace

@Suite struct KeyedExchangeTests {
    /// An exchange of numbers that are their own keys, and where it leads to.
    private struct Exchange {
        let fixture: LaneFixture
        let exchange: KeyedExchange<Int, Int>

        init(partitions: Int, isExact: Bool = false) {
            fixture = LaneFixture(partitions: partitions)
            exchange = KeyedExchange(
                lanes: fixture.lanes, groups: fixture.groups, isExact: isExact,
                context: fixture.context, selector: KeySelector { $0 })
        }

        func receive(_ numbers: some Sequence<Int>) throws {
            var batch = Batch<Int>()
            for number in numbers { batch.append(number, at: Timestamp(millis: Int64(number))) }
            try exchange.receive(&batch)
        }

        func arrived(at partition: Int) -> [Message.Payload] { fixture.arrived(at: partition) }

        func batches(at partition: Int) -> [Batch<Int>] {
            arrived(at: partition).compactMap { $0.batch(of: Int.self) }
        }
    }

    @Test(arguments: [1, 2, 3, 16])
    func everyElementGoesToTheOwnerOfItsGroupInOrder(partitions: Int) throws {
        var random = SeededGenerator(seed: UInt64(partitions))
        let exchange = Exchange(partitions: partitions)
        var sent: [[Int]] = Array(repeating: [], count: partitions)
        var next = 0
        for _ in 0..<40 {
            let count = Int.random(in: 0...1200, using: &random)
            try exchange.receive(next..<next + count)
            for number in next..<next + count {
                sent[exchange.fixture.partition(of: number)].append(number)
            }
            next += count
        }
        let full = (0..<partitions).map { exchange.batches(at: $0) }
        exchange.exchange.flushPartial()
        for partition in 0..<partitions {
            let capacity = KeyedExchange<Int, Int>.capacity(of: partitions)
            #expect(full[partition].allSatisfy { $0.count == capacity })
            let all = full[partition] + exchange.batches(at: partition)
            #expect(all.flatMap(\.elements) == sent[partition])
            #expect(all.flatMap(\.timestamps).map { Int($0.millis) } == sent[partition])
        }
    }

    /// What is held back for all lanes fits in a core's cache, and a batch is never smaller than elsewhere.
    @Test func batchesAreLargerWhereLanesAreFewAndElementsSmall() {
        #expect(KeyedExchange<Int, Int>.capacity(of: 1) == 2048)
        #expect(KeyedExchange<Int, Int>.capacity(of: 4) == 2048)
        #expect(KeyedExchange<Int, Int>.capacity(of: 8) == 1024)
        #expect(KeyedExchange<Int, Int>.capacity(of: 64) == 512)
        #expect(KeyedExchange<(Int, Int, Int), Int>.capacity(of: 4) == 1024)
    }

    /// As many elements are on their way as with batches of the usual size.
    @Test func aLargeBatchTakesTheRoomOfSeveral() {
        let worker = WorkerContext(timeSource: .system, yieldsOften: false)
        let inbox = Inbox(inputs: 1, capacity: 4)
        let lane = Lane(to: inbox, input: 0, of: worker)
        lane.push(.signal(.tick(.none)))
        lane.push(.batch(Batch<Int>()), size: 512)
        #expect(!worker.isFull && !lane.flushIsFull() && inbox.queuedCounts == [2])
        lane.push(.batch(Batch<Int>()), size: 513)
        #expect(!worker.isFull)
        #expect(lane.flushIsFull() && inbox.queuedCounts == [4])
        lane.push(.batch(Batch<Int>()), size: 2048)
        #expect(worker.isFull)
    }

    @Test func theLastWatermarkGoesOutBehindWhatCameBeforeIt() throws {
        let exchange = Exchange(partitions: 2)
        try exchange.receive(0..<10)
        exchange.exchange.signal(.watermark(Timestamp(millis: 5)))
        exchange.exchange.signal(.watermark(Timestamp(millis: 7)))
        for partition in 0..<2 { #expect(exchange.arrived(at: partition).isEmpty) }
        exchange.exchange.flushPartial()
        for partition in 0..<2 {
            let payloads = exchange.arrived(at: partition)
            #expect(payloads.count == 2)
            guard case .batch = payloads.first, case .signal(let signal) = payloads.last else {
                Issue.record("a batch and a signal were to come, not \(payloads)")
                return
            }
            #expect(signal == .watermark(Timestamp(millis: 7)))
        }
        exchange.exchange.flushPartial()
        #expect(exchange.arrived(at: 0).isEmpty, "a watermark goes out once")
    }

    @Test func exactWatermarksGoOutAtOnce() {
        let exchange = Exchange(partitions: 2, isExact: true)
        exchange.exchange.signal(.watermark(Timestamp(millis: 5)))
        exchange.exchange.signal(.watermark(Timestamp(millis: 7)))
        #expect(exchange.arrived(at: 1).count == 2)
    }

    /// Full batches and others in turn, of values that are written in place and of values that are moved.
    @Test func aBufferGivesWhatWasAddedAndNothingElse() {
        func check<Value: Equatable & Sendable>(_ value: (Int) -> Value) {
            var buffer = PartitionBuffer<Value>(capacity: 4)
            var taken: [Batch<Value>] = []
            var next = 0
            for count in [4, 1, 4, 4, 0, 3, 4] {
                for _ in 0..<count {
                    buffer.append(value(next), at: Timestamp(millis: Int64(next)))
                    next += 1
                }
                let isFull = buffer.isFull
                #expect(isFull == (count == 4))
                taken.append(buffer.take())
            }
            #expect(taken.map(\.count) == [4, 1, 4, 4, 0, 3, 4])
            // What was taken stays as it is while the buffer is filled again.
            #expect(taken.flatMap(\.elements) == (0..<next).map(value))
            #expect(taken.flatMap(\.timestamps).map { Int($0.millis) } == Array(0..<next))
        }
        check { $0 }
        check { "a text too long to lie in its two words: \($0)" }
        check { $0.isMultiple(of: 2) ? nil : Double($0) }
    }

    /// A column that is the same again is the same memory; one that has been taken stays as it is.
    @Test func batchesOfOneTimeShareItsColumn() {
        var buffer = PartitionBuffer<Int>(capacity: 4)
        func take(_ millis: [Int64]) -> ContiguousArray<Timestamp> {
            for time in millis { buffer.append(0, at: Timestamp(millis: time)) }
            return buffer.take().timestamps
        }
        func place(_ column: ContiguousArray<Timestamp>) -> UnsafeRawPointer? {
            column.withUnsafeBytes { $0.baseAddress }
        }
        let times: [[Int64]] = [
            [5, 5, 5, 5], [5, 5, 5, 5], [5, 6, 5, 5], [5, 5], [6, 6, 6, 6], [1],
        ]
        let columns = times.map(take)
        #expect(columns.map { $0.map(\.millis) } == times)
        #expect(place(columns[0]) == place(columns[1]))
        #expect(Set(columns.map(place)).count == times.count - 1)
    }

    @Test func elementsThatAreHeldBackAreReleasedWithIt() {
        final class Token: Sendable {}
        weak var token: Token?
        do {
            var buffer = PartitionBuffer<Token>(capacity: 2)
            let made = Token()
            token = made
            for count in [1, 2] {
                for _ in 0..<count { buffer.append(made, at: .none) }
                let taken = buffer.take().count
                let isEmpty = buffer.isEmpty
                #expect(taken == count && isEmpty)
            }
            buffer.append(made, at: .none)
        }
        #expect(token == nil)
    }
}
