public import Millrace

extension ShopTraffic {
    /// A position from which on every arrival comes that is at `time` or later, and before them perhaps a few
    /// that are up to a second earlier. Its count is 0.
    public func position(at time: Timestamp) -> Position {
        Position(count: 0, slice: Swift.max(0, model.slice(at: time.millis)), sliceCount: 0)
    }
}
