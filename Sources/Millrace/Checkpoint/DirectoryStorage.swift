/// Keeps checkpoints as files of one directory.
public struct DirectoryStorage: CheckpointStorage {
    /// The directory, which is created if it is not there.
    public let path: String
    private let files: any FileSystem

    public init(_ path: String, files: any FileSystem = SystemFileSystem()) {
        self.path = path
        self.files = files
    }

    public var label: String { path }

    public func acquire() throws -> any StorageLease {
        try files.createDirectory(path)
        return Lease(lock: try files.lock(path + "/lock"))
    }

    private final class Lease: StorageLease {
        let lock: any FileLock
        init(lock: any FileLock) { self.lock = lock }
    }

    public func names() throws -> [String] {
        try files.list(path).filter { $0 != "lock" && !$0.hasSuffix(".part") }
    }

    public func read(_ name: String, offset: Int64, count: Int) throws -> [UInt8] {
        try files.open(file(name), .read).read(count, at: offset)
    }

    public func size(of name: String) throws -> Int64 { try files.open(file(name), .read).size() }

    public func create(_ name: String) throws -> any StorageWriter {
        Writer(file: try files.open(file(name), .replace), directory: path, files: files)
    }

    public func publish(_ bytes: [UInt8], as name: String) throws {
        let part = file(name) + ".part"
        let writing = try files.open(part, .replace)
        try writing.write(bytes, at: 0)
        try writing.sync()
        // Whole under a name that nobody reads; the rename is what completes it, and the directory's
        // synchronisation is what makes the rename last.
        try files.rename(part, to: file(name))
        try files.syncDirectory(path)
    }

    public func remove(_ name: String) throws { try files.remove(file(name)) }

    private func file(_ name: String) -> String { path + "/" + name }

    private final class Writer: StorageWriter {
        private let file: any StoredFile
        private let directory: String
        private let files: any FileSystem
        private var size: Int64 = 0

        init(file: any StoredFile, directory: String, files: any FileSystem) {
            self.file = file
            self.directory = directory
            self.files = files
        }

        func append(_ bytes: [UInt8]) throws {
            try file.write(bytes, at: size)
            size += Int64(bytes.count)
        }

        func finish() throws {
            try file.sync()
            try files.syncDirectory(directory)
        }
    }
}
