import Millrace

/// An arrival on its way.
struct Parcel {
    var arrival: ShopArrival
    /// Orders arrivals of the same millisecond.
    var tie: UInt64

    func repeated(at time: Timestamp) -> Parcel {
        var copy = self
        copy.arrival.time = time
        copy.arrival.traits.insert(.duplicate)
        copy.tie ^= 1
        return copy
    }
}
