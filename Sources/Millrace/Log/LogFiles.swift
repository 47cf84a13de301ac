/// What the event log needs of a file system: nothing else in this folder touches one.
///
/// All methods throw ``StreamError`` with code `inputOutput`, naming the path and the system's reason.
protocol LogFiles: Sendable {
    /// Opens a file for reading and writing; creates it if it is missing.
    func openForWriting(_ path: String) throws -> any LogFile

    /// Opens a file for reading; `nil` if there is none.
    func openForReading(_ path: String) throws -> (any LogFile)?

    /// Makes a directory, unless it is there. Its parent must exist.
    func createDirectory(_ path: String) throws

    /// The names in a directory, in no order; empty if there is no directory.
    func names(in directory: String) throws -> [String]

    /// Gives a file another name in one step, replacing what has that name.
    func rename(_ path: String, to other: String) throws

    /// Removes a file, if it is there.
    func remove(_ path: String) throws

    /// Makes creations, renamings and removals in a directory durable.
    func syncDirectory(_ path: String) throws
}

/// An open file of the event log. Closed when it is released, which also gives up its lock.
///
/// Reads and writes say their place, so that a file may be used by several threads.
protocol LogFile: AnyObject, Sendable {
    /// The path that it was opened by.
    var path: String { get }

    /// How many bytes it has.
    func size() throws -> Int

    /// Fills `buffer` from byte `position` on; gives fewer bytes only at the end of the file.
    func read(into buffer: UnsafeMutableRawBufferPointer, at position: Int) throws -> Int

    /// Writes all of `bytes` at byte `position`.
    func write(_ bytes: UnsafeRawBufferPointer, at position: Int) throws

    /// Cuts the file off.
    func truncate(to size: Int) throws

    /// Makes what was written durable: returns when the device has it.
    func sync() throws

    /// Takes the file's lock, which one holder in the whole system can have, if it is free.
    func tryLock() throws -> Bool
}
