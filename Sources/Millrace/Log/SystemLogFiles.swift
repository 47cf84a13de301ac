#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The operating system's files.
struct SystemLogFiles: LogFiles {
    func openForWriting(_ path: String) throws -> any LogFile {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        if descriptor < 0 { throw Self.failure("could not be opened for writing", path) }
        return SystemLogFile(path: path, descriptor: descriptor)
    }

    func openForReading(_ path: String) throws -> (any LogFile)? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor >= 0 { return SystemLogFile(path: path, descriptor: descriptor) }
        if errno == ENOENT { return nil }
        throw Self.failure("could not be opened", path)
    }

    func createDirectory(_ path: String) throws {
        if mkdir(path, 0o755) != 0, errno != EEXIST {
            throw Self.failure("could not be created", path)
        }
    }

    func names(in directory: String) throws -> [String] {
        guard let stream = opendir(directory) else {
            if errno == ENOENT { return [] }
            throw Self.failure("could not be listed", directory)
        }
        defer { closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                if errno != 0 { throw Self.failure("could not be listed", directory) }
                return names
            }
            // Safety: the system ends the name with a zero inside the entry, which lives until the
            // next call.
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
    }

    func rename(_ path: String, to other: String) throws {
        #if canImport(Darwin)
            let result = Darwin.rename(path, other)
        #elseif canImport(Glibc)
            let result = Glibc.rename(path, other)
        #elseif canImport(Musl)
            let result = Musl.rename(path, other)
        #endif
        if result != 0 { throw Self.failure("could not be renamed to '\(other)'", path) }
    }

    func remove(_ path: String) throws {
        if unlink(path) != 0, errno != ENOENT { throw Self.failure("could not be removed", path) }
    }

    func syncDirectory(_ path: String) throws {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if descriptor < 0 { throw Self.failure("could not be opened", path) }
        defer { _ = close(descriptor) }
        if fsync(descriptor) != 0 { throw Self.failure("could not be made durable", path) }
    }

    static func failure(_ problem: String, _ path: String) -> StreamError {
        StreamError(.inputOutput, "'\(path)' \(problem): \(String(cString: strerror(errno)))")
    }
}

/// A file descriptor.
private final class SystemLogFile: LogFile {
    let path: String
    private let descriptor: Int32

    init(path: String, descriptor: Int32) {
        self.path = path
        self.descriptor = descriptor
    }

    deinit { _ = close(descriptor) }

    func size() throws -> Int {
        var status = stat()
        if fstat(descriptor, &status) != 0 {
            throw SystemLogFiles.failure("could not be looked at", path)
        }
        return Int(status.st_size)
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, at position: Int) throws -> Int {
        guard let base = buffer.baseAddress else { return 0 }
        var done = 0
        while done < buffer.count {
            // Safety: at most the rest of the buffer is filled.
            let got = pread(descriptor, base + done, buffer.count - done, off_t(position + done))
            if got == 0 { break }
            if got > 0 {
                done += got
            } else if errno != EINTR {
                throw SystemLogFiles.failure("could not be read at byte \(position + done)", path)
            }
        }
        return done
    }

    func write(_ bytes: UnsafeRawBufferPointer, at position: Int) throws {
        guard let base = bytes.baseAddress else { return }
        var done = 0
        while done < bytes.count {
            // Safety: at most the rest of the buffer is read.
            let put = pwrite(descriptor, base + done, bytes.count - done, off_t(position + done))
            if put > 0 {
                done += put
            } else if errno != EINTR {
                throw SystemLogFiles.failure(
                    "could not be written at byte \(position + done)", path)
            }
        }
    }

    func truncate(to size: Int) throws {
        if ftruncate(descriptor, off_t(size)) != 0 {
            throw SystemLogFiles.failure("could not be cut off", path)
        }
    }

    /// Darwin's `fsync` leaves the data in the device's cache; `F_FULLFSYNC` does not.
    func sync() throws {
        #if canImport(Darwin)
            let result = fcntl(descriptor, F_FULLFSYNC)
        #else
            let result = fdatasync(descriptor)
        #endif
        if result != 0 { throw SystemLogFiles.failure("could not be made durable", path) }
    }

    func tryLock() throws -> Bool {
        if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
        if errno == EWOULDBLOCK { return false }
        throw SystemLogFiles.failure("could not be locked", path)
    }
}
