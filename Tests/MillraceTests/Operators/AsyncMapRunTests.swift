import Millrace
import Testing

/// Calls of a stream that never ends.
@Suite(.timeLimit(.minutes(10))) struct AsyncMapRunTests {
    struct Enough: Error {}

    /// A few elements, and then nothing for ever: the watermark is behind the last of them, and idle.
    private func trickle() -> AsyncStream<Int> {
        AsyncStream { continuation in
            for number in 0..<5 { continuation.yield(number) }
        }
    }

    @Test(arguments: [1, 3], [true, false])
    func resultsComeWhileTheSourceWaits(parallelism: Int, ordered: Bool) async throws {
        let results = Collected<Int>()
        let topology = try Topology("trickle") { flow in
            flow.source(
                .asyncSequence(trickle()), eventTime: { Timestamp(millis: Int64($0)) },
                watermarks: .bounded(outOfOrderness: .zero).withIdleness(after: .milliseconds(1))
            )
            .keyed(by: { $0 % 2 })
            .process("pass", state: Int.self, output: Int.self) { number, _, context in
                context.emit(number)
            }
            .asyncMap(concurrency: 2, ordered: ordered) { number in
                await Task.yield()
                return number * 2
            }
            .sink(.collect(into: results))
        }
        await #expect(throws: Enough.self) {
            try await topology.run(RunOptions(parallelism: parallelism)) { running in
                while results.elements.count < 5 {
                    try Task.checkCancellation()
                    await Task.yield()
                }
                throw Enough()
            }
        }
        #expect(results.elements.sorted() == [0, 2, 4, 6, 8])
    }
}
