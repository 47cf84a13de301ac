/// What the traffic is like. Shares are from 0 to 1.
///
/// The shop is the same for equal options, seed, start and rate; any other option gives other
/// events.
public struct ShopOptions: Sendable, Hashable {
    /// How many products the shop has; at least 100.
    public var products = 3000
    /// How many visitors are known from the beginning; new ones come on top.
    public var users = 200_000
    /// How many of the visits are by someone who has never been there.
    public var newVisitorShare = 0.4
    /// How many of the events are by crawlers; less than 1.
    public var botShare = 0.05
    /// How many of the events arrive minutes late. They come from mobile clients, a few at a time.
    public var lateShare = 0.01
    /// How late a late event is at the most; at least a minute, at the most a day.
    public var longestLateness = Duration.seconds(20 * 60)
    /// How many of the events arrive a second time, up to a minute after the first.
    public var duplicateShare = 0.005
    /// How many of the events have missing fields or impossible values (prices below zero,
    /// timestamps in 1970 or 2100 …).
    public var invalidShare = 0.0
    /// How many of the clients have a clock that is wrong by more than two seconds.
    public var skewedShare = 0.02
    /// How wrong a clock is at the most, in both directions; at least two seconds.
    public var greatestSkew = Duration.seconds(30)
    /// How much hours and weekdays differ: 0 for an even stream, 1 for a shop's nights and
    /// weekends.
    public var seasonality = 1.0

    public init() {}

    func validate() {
        let shares = [
            newVisitorShare, botShare, lateShare, duplicateShare, invalidShare, skewedShare,
            seasonality,
        ]
        precondition(shares.allSatisfy((0...1).contains), "a share is from 0 to 1")
        precondition(botShare < 1, "not all events can come from crawlers")
        precondition(products >= 100, "a shop has at least 100 products")
        precondition(users >= 1, "a shop has at least 1 user")
        precondition(
            (.seconds(60)...(.seconds(86_400))).contains(longestLateness),
            "the longest lateness is from a minute to a day")
        precondition(
            (.seconds(2)...(.seconds(86_400))).contains(greatestSkew),
            "the greatest skew is from two seconds to a day")
    }
}
