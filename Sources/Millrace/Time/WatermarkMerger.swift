/// Merges the watermarks and statuses of several inputs into those of one stream.
///
/// The merged watermark is the least of the *counted* inputs and never goes back. An idle input
/// leaves the minimum at once, and what it sends while idle is ignored. One that comes back neither
/// blocks nor counts until its watermark has caught up with what was already sent. When the last
/// active input goes idle, the greatest watermark seen from the inputs that may return is sent, then
/// `idle`. Finished inputs leave for good, as does one that sends ``Timestamp/max``; when all have,
/// ``Timestamp/max`` is sent once, then `finished`.
///
/// The rules are those of Flink's `StatusWatermarkValve`, with `finished` as a status of its own:
/// an input that has ended never stands in for one that is merely idle.
///
/// A pure value without clock or lock; ``snapshot`` is its part of a checkpoint.
public struct WatermarkMerger: Sendable, Hashable {
    /// What to send on, in this order: the watermark, then the status.
    public struct Merged: Sendable, Hashable {
        /// The new watermark, greater than every one before it.
        public var watermark: Timestamp?
        /// The new status, if it changed.
        public var status: InputStatus?

        /// Nothing to send.
        public static var nothing: Merged { Merged(watermark: nil, status: nil) }
    }

    /// The last watermark of each input.
    var watermarks: [Timestamp]
    var statuses: [InputStatus]
    /// What each input adds to the minimum: its watermark, or `.max` where it does not count.
    var counted: MinimumTree
    var activeCount: Int
    var finishedCount = 0

    /// The last watermark sent, ``Timestamp/none`` before the first.
    public private(set) var watermark: Timestamp
    /// The last status sent; `active` at the start.
    public internal(set) var status = InputStatus.active

    /// A merger of `inputs` inputs, all active, none of which has sent anything.
    ///
    /// - Parameter watermark: where time stood before a restart; nothing at or before it is sent
    ///   again, whatever the inputs say.
    public init(inputs: Int, resumingAt watermark: Timestamp = .none) {
        precondition(inputs > 0, "a merger needs an input")
        watermarks = Array(repeating: .none, count: inputs)
        counted = MinimumTree(watermarks)
        statuses = Array(repeating: .active, count: inputs)
        activeCount = inputs
        self.watermark = watermark
    }

    /// How many inputs are merged.
    public var inputCount: Int { statuses.count }

    /// Takes a watermark from an input. One that does not exceed the input's last is ignored.
    ///
    /// - Complexity: O(log inputs) at worst; O(1) while it does not move the minimum's side.
    public mutating func watermark(_ time: Timestamp, from input: Int) -> Merged {
        guard statuses[input] == .active else { return .nothing }
        if time == .max { return status(.finished, from: input) }
        guard time > watermarks[input] else { return .nothing }
        watermarks[input] = time
        if counted[input] != .max || time >= watermark { counted[input] = time }
        return Merged(watermark: advance(), status: nil)
    }

    /// Takes a status from an input. A repeated status, and any from an input that has finished, is
    /// ignored.
    ///
    /// - Complexity: O(inputs).
    public mutating func status(_ new: InputStatus, from input: Int) -> Merged {
        let old = statuses[input]
        guard new != old, old != .finished else { return .nothing }
        statuses[input] = new
        if old == .active { activeCount -= 1 }
        if new == .active { activeCount += 1 }
        if new == .finished { finishedCount += 1 }
        let catchesUp = new == .active && watermarks[input] >= watermark
        counted[input] = catchesUp ? watermarks[input] : .max

        if finishedCount == inputCount { return send(.max, .finished) }
        if activeCount == 0 { return send(greatestOfIdle(), .idle) }
        return Merged(watermark: advance(), status: change(to: .active))
    }

    /// The new minimum if it is news. No counted input, no news.
    private mutating func advance() -> Timestamp? {
        let least = counted.least
        guard least != .max, least > watermark else { return nil }
        watermark = least
        return least
    }

    private func greatestOfIdle() -> Timestamp {
        zip(watermarks, statuses).reduce(.none) { $1.1 == .idle ? Swift.max($0, $1.0) : $0 }
    }

    private mutating func send(_ time: Timestamp, _ new: InputStatus) -> Merged {
        let isNews = time > watermark
        if isNews { watermark = time }
        return Merged(watermark: isNews ? time : nil, status: change(to: new))
    }

    private mutating func change(to new: InputStatus) -> InputStatus? {
        if status == new { return nil }
        status = new
        return new
    }
}
