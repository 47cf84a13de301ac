/// What happens to an element that cannot be decoded, processed or written.
public enum ErrorPolicy: Sendable, Hashable {
    /// The topology fails with an error that names the operator and the element's place.
    case fail
    /// The element is left out and counted.
    case skipAndCount
    /// The element is counted and goes to the operator's dead letters.
    case deadLetter
}

/// An element that could not be processed, and why.
public struct DeadLetter: Sendable {
    /// The operator, source or sink that refused it.
    public var operatorName: String
    /// The element; for input that could not be decoded, its text; of a record that is too long, the beginning.
    public var element: any Sendable
    /// Its event time, or ``Timestamp/none``.
    public var timestamp: Timestamp
    /// What went wrong: what the operator's function has thrown; of a source a ``StreamError`` with the place, and
    /// what a function has thrown as its `cause`.
    public var error: any Error

    @inlinable
    public init(
        operatorName: String, element: any Sendable, timestamp: Timestamp, error: any Error
    ) {
        self.operatorName = operatorName
        self.element = element
        self.timestamp = timestamp
        self.error = error
    }
}

/// The side output that carries dead letters.
@usableFromInline
let deadLetterOutput = SideOutput<DeadLetter>("dead-letters")
