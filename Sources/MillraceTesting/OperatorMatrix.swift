public import Millrace

/// Runs an operator in every way in which a topology may run it, and compares the outputs: one element at a
/// time and in batches, on one partition and on several whose workers take turns at random, with every
/// operator destroyed and restored from its snapshot after each item.
///
/// ```swift
/// let matrix = OperatorMatrix<Click, Session>(items) { sessions($0, gap: .minutes(30)) }
/// #expect(try await matrix.differences { "\($0)" } == [])
/// ```
///
/// The input must be within the bound of its watermarks: what is late may depend on batching.
public struct OperatorMatrix<Input: Sendable, Output: Sendable> {
    /// What is fed.
    public enum Item: Sendable {
        /// An element with its event time in milliseconds.
        case element(Input, at: Int64)
        /// The watermark reaches a time in milliseconds.
        case watermark(Int64)
        /// Processing time reaches a time in milliseconds.
        case processingTime(Int64)
    }

    private let items: [Item]
    private let build: (DataStream<Input>) throws -> DataStream<Output>

    /// - Parameters:
    ///   - items: What is fed, in order. The input ends behind the last one.
    ///   - build: The operator, behind its input.
    public init(
        _ items: [Item], _ build: @escaping (DataStream<Input>) throws -> DataStream<Output>
    ) {
        self.items = items
        self.build = build
    }

    /// One way to run the operator.
    private struct Mode {
        var parallelism: Int
        var batches: Bool
        var restores: Bool

        var name: String {
            "parallelism \(parallelism), \(batches ? "in batches" : "one by one")"
                + (restores ? ", restored after every item" : "")
        }
    }

    /// The ways of running whose output differs from that of the first (one partition, one by one), with what
    /// is missing there and what is too much. Empty if all agree.
    ///
    /// - Parameter describe: An output as text; the order of outputs does not count.
    public func differences(_ describe: (Output) -> String) async throws -> [String] {
        var expected: [String]?
        var found: [String] = []
        for parallelism in [1, 4] {
            for batches in [false, true] {
                for restores in [false, true] {
                    let mode = Mode(
                        parallelism: parallelism, batches: batches, restores: restores)
                    let output = try await run(mode).map(describe).sorted()
                    guard let want = expected else {
                        expected = output
                        continue
                    }
                    if output != want { found.append(Self.compare(mode.name, output, want)) }
                }
            }
        }
        return found
    }

    private static func compare(_ mode: String, _ output: [String], _ want: [String]) -> String {
        let changes = output.difference(from: want)
        let missing = changes.removals.prefix(3).map { "\($0)" }
        let extra = changes.insertions.prefix(3).map { "\($0)" }
        return "\(mode): missing \(missing), too much \(extra)"
    }

    private func run(_ mode: Mode) async throws -> [Output] {
        let driver = try await TopologyDriver<Input, Output>(
            parallelism: mode.parallelism, shuffleSeed: mode.parallelism > 1 ? 1 : nil, build)
        var outputs: [Output] = []
        var waiting: [(Input, Int64)] = []
        for item in items {
            if case .element(let element, let time) = item {
                waiting.append((element, time))
                if mode.batches { continue }
            }
            if !waiting.isEmpty { try driver.send(waiting) }
            waiting = []
            switch item {
            case .element: break
            case .watermark(let time): try driver.advance(to: time)
            case .processingTime(let time): try driver.advanceProcessingTime(to: time)
            }
            outputs += driver.takeOutput()
            if mode.restores { try await driver.snapshotAndRestore() }
        }
        if !waiting.isEmpty { try driver.send(waiting) }
        try driver.finish()
        return outputs + driver.takeOutput()
    }
}
