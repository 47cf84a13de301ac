import Foundation
import Millrace

/// How a rolling count divides time: the last `span` minutes in panes of `paneWidth` minutes each.
struct RollingRules: Sendable {
    /// Minutes.
    let span: Int32
    /// Minutes. Minutes that are over are put together to a pane of this width.
    let paneWidth: Int32
    /// The time in which a count loses half of its weight; `nil` if it does not.
    let halfLifeMillis: Double?

    static let minuteMillis: Int64 = 60_000

    init(span: Duration, pane: Duration = .minutes(1), halfLife: Duration? = nil) {
        self.span = Int32(span.wholeMillis / Self.minuteMillis)
        paneWidth = Int32(pane.wholeMillis / Self.minuteMillis)
        halfLifeMillis = halfLife.map { Double(max(1, $0.wholeMillis)) }
        precondition(paneWidth > 0 && self.span % paneWidth == 0, "panes fill the span")
    }

    /// The minute of 1970 and after that a time belongs to.
    static func minute(of time: Timestamp) -> Int32 {
        let minute = time.millis / minuteMillis - (time.millis % minuteMillis < 0 ? 1 : 0)
        // Absurd times are held far enough from the ends of the range to reckon with.
        return Int32(min(max(minute, -1_000_000_000), 1_000_000_000))
    }

    /// The first minute that is not over when the watermark is at `watermark`.
    static func openMinute(at watermark: Timestamp) -> Int32 {
        watermark.millis >= .max - 1 ? .max : minute(of: watermark + .milliseconds(1))
    }

    /// When all minutes before `minute` are over: as windows, at their last millisecond.
    static func end(before minute: Int32) -> Timestamp {
        Timestamp(millis: Int64(minute) * minuteMillis - 1)
    }

    /// The first minute of the pane that a minute belongs to.
    func pane(of minute: Int32) -> Int32 {
        let rest = minute % paneWidth
        return minute - (rest < 0 ? rest + paneWidth : rest)
    }

    /// The minute at whose beginning a pane has left the span.
    func exit(of pane: Int32) -> Int32 { pane + paneWidth + span }

    /// What remains of a weight after some milliseconds.
    func decay(over millis: Double) -> Double {
        halfLifeMillis.map { exp2(-millis / $0) } ?? 1
    }
}
