import Millrace

extension ShopEvent {
    /// Makes the event invalid, in one of the ways in which broken clients do.
    mutating func spoil(_ bits: UInt64) {
        switch bits % 8 {
        case 0: eventID = ""
        case 1: userID = ""
        case 2: timestamp = Timestamp(millis: 0)
        case 3: timestamp = Timestamp(millis: 4_102_444_800_000)
        case 4: price = -(price ?? 1)
        case 5: quantity = -3
        case 6: price = 1e12
        default:
            // None where there must be one, or one that nobody has heard of.
            productID = type == .view ? nil : "p0"
        }
    }
}
