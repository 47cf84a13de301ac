/// What flows between operators besides events, in order with them.
public enum Signal: Sendable, Equatable {
    /// No element with a timestamp at or before this one will follow.
    case watermark(Timestamp)
    /// The input became active, idle or finished. Finished is the last thing an input says.
    case status(InputStatus)
    /// Processing time has reached this point. Ticks stay inside a worker; channels do not carry them.
    case tick(Timestamp)
}
