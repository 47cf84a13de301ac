import Millrace
import Topologies

/// What an event changes in the figures about all visitors.
struct VisitChange: Sendable, BitwiseCopyable {
    var time: Timestamp
    var figures: ActivityFigures
    /// Whether the user is new in the hour, and buys for the first time in it.
    var isNewInHour = false
    var isNewBuyerInHour = false
    /// The windows, named by their last minute, that get a user more; empty for a repeat.
    var minute = MinuteSpan.none
    var fiveMinutes = MinuteSpan.none
    var quarter = MinuteSpan.none
    /// When the user was seen last before, if that was earlier, in seconds.
    var seenBefore: Int64 = .min
    /// Whether the user has now been seen later than ever.
    var isSeenLater = false
}

/// Some minutes in a row.
struct MinuteSpan: Sendable, BitwiseCopyable {
    var first: Int64
    var last: Int64

    static let none = MinuteSpan(first: 0, last: -1)

    init(first: Int64, last: Int64) {
        self.first = first
        self.last = last
    }

    init(_ range: ClosedRange<Int64>?) {
        self = range.map { MinuteSpan(first: $0.lowerBound, last: $0.upperBound) } ?? .none
    }
}

/// When a user was active.
private struct Visitor: Sendable, BitwiseCopyable {
    var minutes = RecentMarks()
    var hours = RecentMarks()
    var buyerMinutes = RecentMarks()
    var buyerHours = RecentMarks()
    var lastSecond: Int64 = .min
}

/// The events that are behind the watermark, which are counted where they belong nevertheless.
let lateEvents = SideOutput<ShopEvent>("late")

/// Finds out for each event whether its user is new in its minute, its hour, and the windows around them.
///
/// Events may come in any order, as long as they are at most an hour behind the newest one of their user;
/// older ones count, but not their users. Bots are no users. A user who is away for 50 hours is forgotten.
func visitChanges(_ arrivals: DataStream<Arrival>) -> DataStream<VisitChange> {
    arrivals
        .keyed(by: \.event.user)
        .process(
            "visitors", state: Visitor.self, output: VisitChange.self,
            expiry: .eventTime(.hours(50))
        ) { arrival, visitor, context in
            let event = arrival.event
            if event.time <= context.watermark { try context.emit(event, to: lateEvents) }
            var change = VisitChange(time: event.time, figures: ActivityFigures(event))
            guard !arrival.isBot else { return context.emit(change) }
            var known = visitor ?? Visitor()
            if let mark = known.minutes.mark(event.time.minute) {
                change.figures.users = 1
                change.minute = MinuteSpan(mark.windows(of: 1))
                change.fiveMinutes = MinuteSpan(mark.windows(of: 5))
                change.quarter = MinuteSpan(mark.windows(of: 15))
                change.isNewInHour = known.hours.mark(event.time.hour) != nil
            }
            if event.isSale, known.buyerMinutes.mark(event.time.minute) != nil {
                change.figures.buyers = 1
                change.isNewBuyerInHour = known.buyerHours.mark(event.time.hour) != nil
            }
            let second = event.time.second
            if second > known.lastSecond {
                change.isSeenLater = true
                change.seenBefore = known.lastSecond
                known.lastSecond = second
            }
            visitor = known
            context.emit(change)
        }
}
