/// Whether an input can be expected to advance event time.
public enum InputStatus: Sendable, Hashable {
    /// Elements and watermarks come.
    case active
    /// Nothing comes for now; the input does not hold the others back.
    case idle
    /// The input has ended.
    case finished
}

/// Merges the watermarks and statuses of several inputs into one: the smallest watermark of the
/// inputs that count.
///
/// An idle input stops counting at once; one that comes back counts again when it has caught up with
/// what was already sent. When the last active input goes idle, the greatest watermark seen is sent.
/// Finished inputs leave for good; when all have, the greatest timestamp is sent, once. (Flink's
/// `StatusWatermarkValve`, with its FINISHED status.)
public struct WatermarkMerger: Sendable {
    /// What is to be sent on, the watermark first.
    public struct Merged: Sendable, Equatable {
        public var watermark: Timestamp?
        public var status: InputStatus?
    }

    private struct Input: Sendable {
        var watermark = Timestamp.none
        var status = InputStatus.active
        /// Whether the input has caught up since it was last idle.
        var isAligned = true

        var counts: Bool { status == .active && isAligned }
    }

    private var inputs: [Input]
    private var status = InputStatus.active
    /// The last watermark that was sent.
    public private(set) var current = Timestamp.none

    /// A merger of `inputs` active inputs that have said nothing yet.
    public init(inputs: Int) {
        precondition(inputs > 0, "a merger has at least one input")
        self.inputs = Array(repeating: Input(), count: inputs)
    }

    /// An input's watermark has advanced. One that goes back, or comes from an input that is not
    /// active, is ignored.
    /// - Complexity: O(inputs) if the input was the one that held the others back, else O(1).
    public mutating func watermark(_ watermark: Timestamp, from index: Int) -> Merged {
        let input = inputs[index]
        guard input.status == .active, watermark > input.watermark else { return Merged() }
        inputs[index].watermark = watermark
        if !input.isAligned {
            guard watermark >= current else { return Merged() }
            inputs[index].isAligned = true
        } else if input.watermark > current {
            return Merged()
        }
        return Merged(watermark: advance(to: smallest))
    }

    /// An input's status has changed.
    public mutating func status(_ new: InputStatus, from index: Int) -> Merged {
        let old = inputs[index].status
        guard old != new, old != .finished else { return Merged() }
        inputs[index].status = new
        switch new {
        case .active:
            inputs[index].isAligned = inputs[index].watermark >= current
        case .idle, .finished:
            inputs[index].isAligned = false
        }
        let overall = overallStatus
        var merged = Merged(status: overall == status ? nil : overall)
        switch overall {
        case .active: merged.watermark = advance(to: smallest)
        case .idle: merged.watermark = merged.status == nil ? nil : advance(to: greatest)
        case .finished: merged.watermark = advance(to: .max)
        }
        status = overall
        return merged
    }

    private var overallStatus: InputStatus {
        if inputs.contains(where: { $0.status == .active }) { return .active }
        return inputs.contains { $0.status == .idle } ? .idle : .finished
    }

    /// The smallest watermark of the inputs that count; `nil` if none does.
    private var smallest: Timestamp? {
        var smallest: Timestamp?
        for input in inputs where input.counts {
            smallest = min(smallest ?? input.watermark, input.watermark)
        }
        return smallest
    }

    /// The greatest watermark of the inputs that have not finished.
    private var greatest: Timestamp? {
        inputs.filter { $0.status != .finished }.map(\.watermark).max()
    }

    private mutating func advance(to watermark: Timestamp?) -> Timestamp? {
        guard let watermark, watermark > current else { return nil }
        current = watermark
        return watermark
    }
}
