/// The one error type of Millrace: what went wrong, where, and the way out.
///
/// Match on ``code``; show ``description``. New codes may be added in any release, so a `switch` over
/// them needs a `default`.
public struct StreamError: Error, Sendable {
    /// What kind of failure it is.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The code's name, stable across releases.
        public let description: String

        private init(_ name: String) { description = name }

        /// The topology is not well formed: an unconnected stream, a duplicate name, a bad parameter.
        public static let invalidTopology = Code("invalidTopology")
        /// Input could not be decoded.
        public static let malformedInput = Code("malformedInput")
        /// A file or another system could not be opened, read or written.
        public static let inputOutput = Code("inputOutput")
        /// An element that needs an event time has none, or one that the guard refuses.
        public static let badTimestamp = Code("badTimestamp")
        /// A user's closure or operator threw.
        public static let operatorFailed = Code("operatorFailed")
        /// An asynchronous call took longer than allowed.
        public static let timedOut = Code("timedOut")
        /// A call was not made, because those before it have failed.
        public static let circuitOpen = Code("circuitOpen")
        /// Stored state does not fit the topology that should restore it.
        public static let incompatibleState = Code("incompatibleState")
        /// A checkpoint is not whole: a file is missing, cut off, or fails its checksum.
        public static let damagedCheckpoint = Code("damagedCheckpoint")
    }

    /// What kind of failure it is.
    public var code: Code
    /// What happened and what to do, in a sentence.
    public var message: String
    /// The name of the operator, source or sink where it happened.
    public var operatorName: String?
    /// The element's place: file and line, topic and offset, or position in the input.
    public var place: String?
    /// The error that caused this one.
    public var cause: (any Error)?

    /// An error of the given kind.
    public init(
        _ code: Code, _ message: String, operatorName: String? = nil, place: String? = nil,
        cause: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.operatorName = operatorName
        self.place = place
        self.cause = cause
    }
}

extension StreamError: CustomStringConvertible {
    public var description: String {
        var text = ""
        if let operatorName { text += "\(operatorName): " }
        if let place { text += "\(place): " }
        text += message
        if let cause { text += " (\(cause))" }
        return text
    }
}
