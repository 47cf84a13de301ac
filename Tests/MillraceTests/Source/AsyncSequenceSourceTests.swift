import Millrace
import Testing

@Suite struct AsyncSequenceSourceTests {
    struct Broken: Error {}

    private func run(_ stream: some AsyncSequence<Int, any Error> & Sendable) async throws -> [Int]
    {
        let results = Collected<Int>()
        let topology = try Topology("stream") { flow in
            flow.source(.asyncSequence(stream), name: "stream").sink(.collect(into: results))
        }
        try await topology.run()
        return results.elements
    }

    @Test(arguments: [0, 1, 5000])
    func everyElementComesInOrder(count: Int) async throws {
        let (stream, continuation) = AsyncThrowingStream<Int, any Error>.makeStream()
        for number in 0..<count { continuation.yield(number) }
        continuation.finish()
        #expect(try await run(stream) == Array(0..<count))
    }

    @Test func anErrorFailsTheTopologyByName() async throws {
        let (stream, continuation) = AsyncThrowingStream<Int, any Error>.makeStream()
        continuation.yield(1)
        continuation.finish(throwing: Broken())
        await #expect {
            _ = try await run(stream)
        } throws: { error in
            let error = error as? StreamError
            return error?.operatorName == "stream" && error?.cause is Broken
        }
    }

    @Test func cancellationEndsAnEndlessSequence() async throws {
        let (stream, continuation) = AsyncThrowingStream<Int, any Error>.makeStream()
        let running = Task { try await run(stream) }
        continuation.yield(1)
        await Task.yield()
        running.cancel()
        await #expect(throws: CancellationError.self) { try await running.value }
        continuation.finish()
    }
}
