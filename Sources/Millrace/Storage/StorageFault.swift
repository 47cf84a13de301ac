/// What is the matter with stored data, where a program goes on differently for it.
///
/// The ``StreamError/cause`` of what a log, its files and transactional file sinks throw; ask for it with
/// ``StreamError/storageFault``. New ones may be added in any release, so a `switch` over them needs a
/// `default`.
public struct StorageFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// The fault's name, stable across releases.
    public let description: String

    private init(_ name: String) { description = name }

    /// Somebody else, in this process or another one, holds the lock.
    public static let inUse = StorageFault("inUse")
    /// The device is full, or the user's quota is used up.
    public static let noSpace = StorageFault("noSpace")
    /// Records are there and fail their checksum.
    public static let damagedRecords = StorageFault("damagedRecords")
    /// Records are not there, and later ones are: removed by retention or by hand, or lost to damage.
    public static let missingRecords = StorageFault("missingRecords")
    /// The partition ends before the offset that was asked for.
    public static let offsetOutOfRange = StorageFault("offsetOutOfRange")
    /// A file lacks output that a checkpoint knows of: it was removed, emptied or replaced.
    public static let missingOutput = StorageFault("missingOutput")
}

extension StreamError {
    /// What is the matter with stored data, from this error or those that caused it; `nil` if it is none of
    /// what ``StorageFault`` has.
    public var storageFault: StorageFault? {
        var cause = cause
        while let error = cause {
            if let fault = error as? StorageFault { return fault }
            cause = (error as? StreamError)?.cause
        }
        return nil
    }
}
