/// The files that checkpoints, logs and transactional sinks live in: the system's, or a simulated one that
/// forgets what was not synchronised.
///
/// Calls block; every failure is a ``StreamError`` with code `inputOutput` that names the path.
public protocol FileSystem: Sendable {
    /// Opens a file.
    func open(_ path: String, _ mode: FileMode) throws -> any StoredFile
    /// Creates a directory and those above it; one that is there is left alone.
    func createDirectory(_ path: String) throws
    /// The names of what is in a directory, sorted; empty if there is no such directory.
    func list(_ directory: String) throws -> [String]
    /// Gives a file a new name in the same directory, replacing what had it, at once or not at all. Survives
    /// a crash once the directory is synchronised.
    func rename(_ path: String, to newPath: String) throws
    /// Removes a file; one that is not there is no failure.
    func remove(_ path: String) throws
    /// Whether there is a file.
    func exists(_ path: String) -> Bool
    /// Makes created, renamed and removed names of a directory survive a crash.
    func syncDirectory(_ path: String) throws
    /// Takes a lock that no other process, and no one else in this one, holds; it is given back when the
    /// result goes.
    /// - Throws: ``StreamError`` with code `inputOutput`, and ``StorageFault/inUse`` as its cause if somebody
    ///   holds it.
    func lock(_ path: String) throws -> any FileLock
}

/// How a file is opened.
public enum FileMode: Sendable {
    /// To read a file that is there.
    case read
    /// To read and write a file, which is created if it is not there.
    case update
    /// To write a file that is empty at first.
    case replace
}

/// An open file, closed when the last reference goes.
public protocol StoredFile: AnyObject, Sendable {
    /// How many bytes the file has.
    func size() throws -> Int64
    /// Reads into `buffer` from an offset; fewer bytes only at the end of the file.
    /// - Returns: How many bytes were read.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws -> Int
    /// Writes all bytes at an offset.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws
    /// Cuts the file off, or fills it up with zeros.
    func truncate(to size: Int64) throws
    /// Makes what was written survive a crash.
    func sync() throws
}

/// A lock that is held.
public protocol FileLock: AnyObject, Sendable {}

extension StoredFile {
    /// Writes all bytes at an offset.
    func write(_ bytes: [UInt8], at offset: Int64) throws {
        try bytes.withUnsafeBytes { try write($0, at: offset) }
    }

    /// Reads `count` bytes from an offset; fewer only at the end of the file.
    func read(_ count: Int, at offset: Int64) throws -> [UInt8] {
        // The initializer would write the count of 0 into the empty array that all arrays share.
        if count == 0 { return [] }
        return try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            initialized = try read(into: UnsafeMutableRawBufferPointer(buffer), at: offset)
        }
    }
}

extension FileSystem {
    /// Opens a file to read it; `nil` if there is none.
    func openExisting(_ path: String) throws -> (any StoredFile)? {
        do { return try open(path, .read) } catch {
            // It may go between a look and the opening, so it is opened first.
            if exists(path) { throw error }
            return nil
        }
    }

    /// The whole content of a file.
    func contents(of path: String) throws -> [UInt8] {
        let file = try open(path, .read)
        return try file.read(Int(file.size()), at: 0)
    }
}

/// The directory of a path; `.` if it names none.
func directory(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// The last part of a path.
func fileName(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return path }
    return String(path[path.index(after: slash)...])
}
