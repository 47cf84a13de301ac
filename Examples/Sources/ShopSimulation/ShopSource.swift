public import Millrace

/// Reads the events of a made-up shop: for demonstrations and load, from a position as cheaply as
/// from the beginning.
///
/// The timestamps are those of the events, by the clients' clocks: late, out of order, and
/// impossible where an event is invalid.
public struct ShopSource: Source {
    /// How fast the events come.
    public enum Pace: Sendable, Hashable {
        /// As fast as they can be made.
        case unlimited
        /// Each at its arrival time by the wall clock. What is in the past is made up for at once,
        /// as by a broker that has kept it.
        case live
        /// This many seconds of arrival time per second, from where the reader begins.
        case speed(Double)
    }

    let traffic: ShopTraffic
    let limit: Int64?
    let splitCount: Int
    let pace: Pace

    /// - Parameters:
    ///   - limit: After how many events the source ends, shared evenly between the splits; `nil`
    ///     for an endless source.
    ///   - splits: How many parts are made side by side; each visit belongs to one of them.
    ///     Positions are valid for this number of splits.
    ///   - pace: How fast the events come.
    public init(
        _ traffic: ShopTraffic, limit: Int? = nil, splits: Int = 1, pace: Pace = .unlimited
    ) {
        precondition(splits > 0, "a source has at least 1 split")
        precondition((limit ?? 0) >= 0, "the limit is not less than 0")
        if case .speed(let speed) = pace { precondition(speed > 0, "a speed is greater than 0") }
        self.traffic = traffic
        self.limit = limit.map(Int64.init)
        splitCount = splits
        self.pace = pace
    }

    public var label: String { "simulated shop" }

    public func splits(preferred: Int) -> [SourceSplit] {
        (0..<splitCount).map { SourceSplit(id: "\($0)/\(splitCount)", size: size(of: $0)) }
    }

    /// - Throws: ``StreamError`` with code `inputOutput` for a split or a position of another
    ///   source.
    public func reader(for split: SourceSplit, from position: SourcePosition?) throws
        -> ShopReader
    {
        let parts = split.id.split(separator: "/").compactMap { Int($0) }
        guard parts.count == 2, parts[1] == splitCount, (0..<splitCount).contains(parts[0])
        else { throw StreamError(.inputOutput, "'\(split.id)' is not a split of this shop") }
        let place = try position.map(ShopTraffic.Position.init) ?? .start
        return ShopReader(
            traffic.makeIterator(from: place, split: parts[0], of: splitCount),
            left: size(of: parts[0]).map { max(0, $0 - place.count) }, pace: pace)
    }

    private func size(of split: Int) -> Int64? {
        limit.map { $0 / Int64(splitCount) + ($0 % Int64(splitCount) > Int64(split) ? 1 : 0) }
    }
}

extension ShopTraffic.Position {
    var sourcePosition: SourcePosition {
        SourcePosition(offset: count, detail: "\(slice):\(sliceCount)")
    }

    init(_ position: SourcePosition) throws {
        let parts = position.detail.split(separator: ":")
        guard parts.count == 2, let slice = Int64(parts[0]), let sliceCount = Int(parts[1]),
            position.offset >= 0, sliceCount >= 0, (0..<1 << 40).contains(slice)
        else {
            throw StreamError(.inputOutput, "'\(position.detail)' is not a position of a shop")
        }
        self.init(count: position.offset, slice: slice, sliceCount: sliceCount)
    }
}
