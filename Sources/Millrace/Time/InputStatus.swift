/// Whether an input takes part in event time.
public enum InputStatus: UInt8, Sendable, CaseIterable {
    /// It sends elements and watermarks, and holds the watermark back.
    case active
    /// It has nothing to send for now and holds nothing back.
    case idle
    /// It has ended, for good.
    case finished
}
