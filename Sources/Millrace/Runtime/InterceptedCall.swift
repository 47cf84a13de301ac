/// A call to what is outside of a topology: to the writer of a sink, or the reader of a source.
package enum InterceptedCall: String, Hashable, Sendable, CaseIterable {
    /// A sink is opened.
    case open
    /// A sink takes over what a checkpoint says of it.
    case recover
    /// A sink is given a batch.
    case write
    /// A sink hands on what it has kept.
    case flush
    /// A sink makes a transaction safe.
    case prepare
    /// A sink publishes what a checkpoint covers.
    case commit
    /// A sink is closed.
    case close
    /// A split of a source is opened.
    case openSource = "opening of a source"
    /// A split of a source is read.
    case read
}

/// What becomes of a call.
package enum CallEffect: Hashable, Sendable {
    /// It fails, and nothing was done.
    case fails
    /// It is done, and reported as failed. Where a sink repeats its calls, only a commit is done.
    case answerIsLost
    /// It takes so long, while the rest of the topology goes on. A read has nothing for that long, though there
    /// is more.
    case takes(Duration)
}
