/// How long a worker that is busy holds back partial batches and watermarks.
struct Linger {
    /// More messages than this are not waited for, whatever the clock says: it may be slow, or stand still.
    private static let messageLimit = 64

    private let millis: Int64
    private var messages = 0
    /// When the first of the messages came.
    private var begin = Timestamp.none

    /// Clocks show whole milliseconds: what is shorter, and not zero, is one.
    init(_ duration: Duration) { millis = duration > .zero ? max(1, duration.wholeMillis) : 0 }

    /// Whether what is held back is to go out after this message.
    mutating func isOver(_ time: TimeSource) -> Bool {
        messages += 1
        if millis == 0 || messages >= Self.messageLimit { return true }
        let now = time.now()
        if messages == 1 { begin = now }
        // A clock that has been set back has waited long enough.
        return now < begin || now.millis >= begin.millis.saturatingAdd(millis)
    }

    /// Nothing is held back now.
    mutating func restart() { messages = 0 }
}
