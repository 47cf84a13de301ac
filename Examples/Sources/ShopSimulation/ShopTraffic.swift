public import Millrace

/// The events of a made-up shop in the order of their arrival, without end.
///
/// ```swift
/// let monday = Timestamp(millis: 1_767_571_200_000)
/// let traffic = ShopTraffic(seed: 1, start: monday, eventsPerSecond: 50)
/// for arrival in traffic.prefix(1000) { print(arrival.time, arrival.event.type) }
/// ```
/// The same seed, start, rate and options give the same events in every process. (Demand is weighed
/// by the C library's `exp` and `pow`; another library may decide one draw in a billion otherwise.)
///
/// Each visit follows from the seed, the slice of time in which it begins and its number there, so
/// that any position is reached by making only the visits that are in progress there, not
/// everything from the beginning. The shop is open before `start`: the first events are from visits
/// in progress.
public struct ShopTraffic: Sendable {
    let model: TrafficModel

    /// - Parameters:
    ///   - seed: Chooses the shop and everything that happens in it.
    ///   - start: When the first event arrives at the earliest; within the years 1900 to 2200.
    ///   - eventsPerSecond: How many events arrive per second of event time, duplicates included,
    ///     as a mean over a week; greater than zero, at the most 1,000,000.
    ///   - options: What the traffic is like.
    public init(
        seed: UInt64, start: Timestamp, eventsPerSecond: Double,
        options: ShopOptions = ShopOptions()
    ) {
        precondition(
            eventsPerSecond > 0 && eventsPerSecond <= 1_000_000,
            "the rate is greater than 0 and at the most 1,000,000")
        precondition(
            (-2_208_988_800_000...7_258_118_400_000).contains(start.millis),
            "the start is within the years 1900 to 2200")
        options.validate()
        model = TrafficModel(
            seed: seed, start: start, eventsPerSecond: eventsPerSecond, options: options)
    }

    /// What the shop sells.
    public var catalogue: ShopCatalogue { model.catalogue }

    /// A place between two arrivals of a stream.
    public struct Position: Sendable, Hashable {
        /// How many arrivals are before it.
        public var count: Int64
        /// The slice of time that the arrival before it is in, and how many arrivals of the slice
        /// are before it.
        var slice: Int64
        var sliceCount: Int

        /// The beginning of a stream.
        public static let start = Position(count: 0, slice: 0, sliceCount: 0)
    }

    /// The arrivals from a position on.
    ///
    /// - Parameters:
    ///   - position: A position of an iterator over the same stream and split.
    ///   - split: Which of the parts is made; each visit belongs to one of them.
    ///   - count: How many parts there are. Together they are the same events for any number of
    ///     parts.
    /// - Complexity: in the events per hour, not in the position: about 0.15 µs for each of the
    ///   visits that began in the hour and a half before it.
    public func makeIterator(
        from position: Position, split: Int = 0, of count: Int = 1
    ) -> Iterator {
        precondition((0..<count).contains(split), "a split is one of the parts")
        return Iterator(model: model, position: position, split: split, of: count)
    }
}

extension ShopTraffic: Sequence {
    public func makeIterator() -> Iterator { makeIterator(from: .start) }

    /// Makes one arrival after the other, and never ends.
    public struct Iterator: IteratorProtocol {
        private var engine: TrafficEngine
        private var count: Int64

        init(model: TrafficModel, position: Position, split: Int, of splitCount: Int) {
            engine = TrafficEngine(
                model, split: split, of: splitCount, at: position.slice,
                skipping: position.sliceCount)
            count = position.count
        }

        public mutating func next() -> ShopArrival? {
            count += 1
            return engine.pop()
        }

        /// When the next arrival comes.
        public mutating func nextTime() -> Timestamp { Timestamp(millis: engine.nextTime()) }

        /// The place behind the arrival that was made last.
        public var position: Position {
            Position(count: count, slice: engine.slice, sliceCount: engine.next)
        }
    }
}
