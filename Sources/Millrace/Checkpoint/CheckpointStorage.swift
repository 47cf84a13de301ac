/// Where checkpoints are kept: named objects that are written once, read, and removed.
///
/// Names are file names of letters, digits, `-` and `.`. Conform to this to keep checkpoints elsewhere, and run
/// the conformance suite of `MillraceTesting` over it. Methods block; a failure is a ``StreamError`` with code
/// `inputOutput`.
public protocol CheckpointStorage: Sendable {
    /// A short description for messages, such as a path.
    var label: String { get }

    /// Makes the storage usable, and keeps everybody else from writing to it until the result goes.
    /// - Throws: ``StreamError`` with code `inputOutput` if somebody else writes to it.
    func acquire() throws -> any StorageLease

    /// The names of all objects that are whole.
    func names() throws -> [String]

    /// Reads a run of bytes of an object; fewer than asked for only at its end.
    func read(_ name: String, offset: Int64, count: Int) throws -> [UInt8]

    /// How many bytes an object has.
    func size(of name: String) throws -> Int64

    /// Begins an object, which may be large. It is there after ``StorageWriter/finish()``; what is not
    /// finished may be left over after a crash, and is replaced.
    func create(_ name: String) throws -> any StorageWriter

    /// Writes a small object: after a crash it is there as a whole or not at all. Whatever was finished
    /// before is there when this object is.
    func publish(_ bytes: [UInt8], as name: String) throws

    /// Removes an object; one that is not there is no failure.
    func remove(_ name: String) throws
}

/// Writes one object.
public protocol StorageWriter: AnyObject {
    /// Adds bytes at the end.
    func append(_ bytes: [UInt8]) throws
    /// Makes the object survive a crash.
    func finish() throws
}

/// Keeps others from writing to a storage while it lives.
public protocol StorageLease: AnyObject, Sendable {}
