/// What a channel carries: a batch or a signal from one of the receiver's inputs.
@usableFromInline
struct Message: Sendable {
    @usableFromInline
    enum Payload: Sendable {
        /// A `Batch` of the input's element type.
        case batch(any Sendable)
        case signal(Signal)
    }

    /// The receiving worker's input: one per sending worker and edge.
    @usableFromInline let input: Int
    @usableFromInline let payload: Payload
}
