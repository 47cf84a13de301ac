/// What a channel carries: a batch or a signal from one of the receiver's inputs.
@usableFromInline
struct Message: Sendable {
    @usableFromInline
    enum Payload: Sendable {
        /// A `Batch` of the input's element type.
        case batch(any Sendable)
        case signal(Signal)
        /// Separates what a checkpoint covers from what it does not.
        case barrier(Barrier)
    }

    /// The receiving worker's input: one per sending worker and edge.
    @usableFromInline let input: Int
    @usableFromInline let payload: Payload
}

/// The mark of a checkpoint, which flows in order through every channel (Carbone et al., "Lightweight
/// Asynchronous Snapshots for Distributed Dataflows", 2015).
@usableFromInline
struct Barrier: Sendable, Equatable {
    /// The checkpoint's number.
    let id: UInt64
    /// Whether the stream ends here, to be taken up again from this checkpoint.
    let isLast: Bool
    /// Whether it only marks a place in the stream: no state is taken.
    let isMark: Bool
}
