public import Millrace

/// An event on its arrival, and what the generator knows about it and the event itself does not
/// say.
public struct ShopArrival: Sendable, Hashable {
    public var event: ShopEvent
    /// When the shop receives it. Arrivals come in this order.
    public var time: Timestamp
    public var traits: Traits

    /// What is special about an arrival.
    public struct Traits: OptionSet, Sendable, Hashable {
        public let rawValue: UInt8

        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// A crawler caused it.
        public static let bot = Traits(rawValue: 1)
        /// A mobile client that was offline sends it minutes after it happened.
        public static let late = Traits(rawValue: 2)
        /// The same event has arrived before.
        public static let duplicate = Traits(rawValue: 4)
        /// A field is missing or has an impossible value.
        public static let invalid = Traits(rawValue: 8)
        /// The client's clock is wrong by more than two seconds.
        public static let skewed = Traits(rawValue: 16)
        /// The visitor came for the first time.
        public static let newVisitor = Traits(rawValue: 32)
    }
}
