public import Millrace

/// What every source must do, whatever it reads: all elements once, in order, in reads of any size, and the
/// same rest from any position.
public struct SourceConformance<S: Source> where S.Element: Equatable {
    private let source: S
    private let expected: [S.Element]

    /// - Parameters:
    ///   - source: A source that ends.
    ///   - expected: Its elements, split after split.
    public init(_ source: S, expected: [S.Element]) {
        self.source = source
        self.expected = expected
    }

    /// What the source does not do; empty if it conforms.
    public func violations() async throws -> [String] {
        var found: [String] = []
        let splits = try await source.splits(preferred: 1)
        if Set(splits.map(\.id)).count != splits.count { found.append("two splits have one id") }
        for limit in [1, 3, 1000] {
            var all: [S.Element] = []
            for split in splits { all += try await read(split, from: nil, limit: limit).elements }
            if all != expected { found.append("reading \(limit) at a time gives other elements") }
        }
        for split in splits {
            let whole = try await read(split, from: nil, limit: 2)
            for (index, position) in whole.positions.enumerated() {
                let rest = try await read(split, from: position, limit: 5).elements
                let want = Array(whole.elements.dropFirst(whole.counts[index]))
                if rest != want {
                    found.append(
                        "split \(split.id) resumed behind \(whole.counts[index]) elements gives "
                            + "\(rest.count) elements instead of \(want.count)")
                }
            }
        }
        return found
    }

    private struct Reading {
        var elements: [S.Element] = []
        /// The position after each read, and how many elements had been read by then.
        var positions: [SourcePosition] = []
        var counts: [Int] = []
    }

    private func read(
        _ split: SourceSplit, from position: SourcePosition?, limit: Int
    ) async throws -> Reading {
        var reader = try await source.reader(for: split, from: position)
        var reading = Reading()
        var batch = Batch<S.Element>()
        while true {
            let status = try reader.read(into: &batch, limit: limit) { _, error in throw error }
            reading.elements += batch.elements
            reading.positions.append(reader.position)
            reading.counts.append(reading.elements.count)
            switch status {
            case .more: continue
            case .waiting: try await reader.waitForMore(atMost: .zero, by: .system)
            case .finished: return reading
            }
        }
    }
}
