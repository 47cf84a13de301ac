#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The files of the system.
public struct SystemFileSystem: FileSystem {
    public init() {}

    public func open(_ path: String, _ mode: FileMode) throws -> any StoredFile {
        let flags =
            switch mode {
            case .read: O_RDONLY
            case .update: O_RDWR | O_CREAT
            case .replace: O_RDWR | O_CREAT | O_TRUNC
            }
        return try SystemFile(path, flags)
    }

    public func createDirectory(_ path: String) throws {
        if path.isEmpty || path == "." || path == "/" || isDirectory(path) { return }
        try createDirectory(directory(of: path))
        if mkdir(path, 0o755) != 0, errno != EEXIST {
            throw SystemFile.failure("could not be created", path)
        }
        try syncDirectory(directory(of: path))
    }

    private func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    public func list(_ directory: String) throws -> [String] {
        guard let stream = opendir(directory) else {
            if errno == ENOENT { return [] }
            throw SystemFile.failure("could not be listed", directory)
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { raw in
                String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    public func rename(_ path: String, to newPath: String) throws {
        #if canImport(Darwin)
            let result = Darwin.rename(path, newPath)
        #elseif canImport(Glibc)
            let result = Glibc.rename(path, newPath)
        #elseif canImport(Musl)
            let result = Musl.rename(path, newPath)
        #endif
        if result != 0 { throw SystemFile.failure("could not be renamed", path) }
    }

    public func remove(_ path: String) throws {
        if unlink(path) != 0, errno != ENOENT {
            throw SystemFile.failure("could not be removed", path)
        }
    }

    public func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    public func syncDirectory(_ path: String) throws {
        try SystemFile(path.isEmpty ? "." : path, O_RDONLY).sync()
    }

    public func lock(_ path: String) throws -> any FileLock {
        let file = try SystemFile(path, O_RDWR | O_CREAT)
        if flock(file.descriptor, LOCK_EX | LOCK_NB) != 0 {
            if errno != EWOULDBLOCK { throw SystemFile.failure("could not be locked", path) }
            throw StreamError(
                .inputOutput,
                "'\(path)' is locked: another process, or another run or sink in this one, uses it; end that "
                    + "one, or choose another path", cause: StorageFault.inUse)
        }
        return file
    }
}

/// A file of the system. As a lock it is held until it is closed.
private final class SystemFile: StoredFile, FileLock {
    private let path: String
    let descriptor: Int32

    init(_ path: String, _ flags: Int32) throws {
        self.path = path
        #if canImport(Darwin)
            descriptor = Darwin.open(path, flags | O_CLOEXEC, 0o644)
        #elseif canImport(Glibc)
            descriptor = Glibc.open(path, flags | O_CLOEXEC, 0o644)
        #elseif canImport(Musl)
            descriptor = Musl.open(path, flags | O_CLOEXEC, 0o644)
        #endif
        if descriptor < 0 { throw Self.failure("could not be opened", path) }
    }

    deinit { _ = close(descriptor) }

    static func failure(_ problem: String, _ path: String) -> StreamError {
        let number = errno
        return StreamError(
            .inputOutput, "'\(path)' \(problem): \(String(cString: strerror(number)))",
            cause: number == ENOSPC || number == EDQUOT ? StorageFault.noSpace : nil)
    }

    func size() throws -> Int64 {
        var status = stat()
        if fstat(descriptor, &status) != 0 { throw Self.failure("could not be examined", path) }
        return Int64(status.st_size)
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws -> Int {
        var done = 0
        while done < buffer.count {
            let got = pread(
                descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done,
                off_t(offset) + off_t(done))
            if got == 0 { break }
            if got < 0 {
                if errno == EINTR { continue }
                throw Self.failure("could not be read", path)
            }
            done += got
        }
        return done
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws {
        var done = 0
        while done < bytes.count {
            let written = pwrite(
                descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done,
                off_t(offset) + off_t(done))
            if written < 0 {
                if errno == EINTR { continue }
                throw Self.failure("could not be written", path)
            }
            done += written
        }
    }

    func truncate(to size: Int64) throws {
        if ftruncate(descriptor, off_t(size)) != 0 {
            throw Self.failure("could not be cut off", path)
        }
    }

    func sync() throws {
        #if canImport(Darwin)
            // Darwin's fsync leaves the data in the drive's cache.
            let result = fcntl(descriptor, F_FULLFSYNC) == -1 ? fsync(descriptor) : 0
        #else
            // The times of the last change, which fsync would write too, may get lost.
            let result = fdatasync(descriptor)
        #endif
        if result != 0 { throw Self.failure("could not be synchronised", path) }
    }
}
