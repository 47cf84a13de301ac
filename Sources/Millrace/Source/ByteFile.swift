#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A file as the system knows it: the one place that opens, reads and writes files.
struct ByteFile: ~Copyable {
    /// The path, for messages.
    let path: String
    private let descriptor: Int32
    private let ownsDescriptor: Bool

    /// Opens a file for reading; `-` is the standard input.
    static func reading(_ path: String) throws -> ByteFile {
        if path == "-" { return ByteFile(path: "standard input", descriptor: 0, owns: false) }
        return try open(path, O_RDONLY)
    }

    /// Creates or empties a file for writing; `-` is the standard output.
    static func writing(_ path: String) throws -> ByteFile {
        if path == "-" { return ByteFile(path: "standard output", descriptor: 1, owns: false) }
        return try open(path, O_WRONLY | O_CREAT | O_TRUNC)
    }

    private static func open(_ path: String, _ flags: Int32) throws -> ByteFile {
        #if canImport(Darwin)
            let descriptor = Darwin.open(path, flags | O_CLOEXEC, 0o644)
        #elseif canImport(Glibc)
            let descriptor = Glibc.open(path, flags | O_CLOEXEC, 0o644)
        #elseif canImport(Musl)
            let descriptor = Musl.open(path, flags | O_CLOEXEC, 0o644)
        #endif
        if descriptor < 0 { throw failure("could not be opened", path) }
        return ByteFile(path: path, descriptor: descriptor, owns: true)
    }

    private init(path: String, descriptor: Int32, owns: Bool) {
        self.path = path
        self.descriptor = descriptor
        ownsDescriptor = owns
    }

    deinit { if ownsDescriptor { _ = close(descriptor) } }

    /// The size of a regular file; `nil` for pipes and terminals.
    var size: Int64? {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? Self.size(status) : nil
    }

    /// The same without opening the file; `-` is the standard input.
    static func size(of path: String) throws -> Int64? {
        var status = stat()
        guard (path == "-" ? fstat(0, &status) : stat(path, &status)) == 0 else {
            throw failure("could not be opened", path)
        }
        return size(status)
    }

    private static func size(_ status: stat) -> Int64? {
        status.st_mode & S_IFMT == S_IFREG ? Int64(status.st_size) : nil
    }

    /// Whether the path leads to another file now. One that is missing may be about to come.
    var isReplaced: Bool {
        var own = stat()
        var there = stat()
        guard ownsDescriptor, fstat(descriptor, &own) == 0, stat(path, &there) == 0 else {
            return false
        }
        return own.st_ino != there.st_ino || own.st_dev != there.st_dev
    }

    /// Whether two paths lead to one file.
    static func isSame(_ first: String, _ second: String) -> Bool {
        var (one, other) = (stat(), stat())
        guard stat(first, &one) == 0, stat(second, &other) == 0 else { return false }
        return one.st_ino == other.st_ino && one.st_dev == other.st_dev
    }

    /// Moves the place from which is read.
    func seek(to offset: Int64) throws {
        if lseek(descriptor, off_t(offset), SEEK_SET) < 0 {
            throw Self.failure("could not be read from byte \(offset)", path)
        }
    }

    /// Whether reading would give something at once.
    var isReadable: Bool {
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&request, 1, 0) > 0
    }

    /// Reads up to `count` bytes; 0 at the end.
    func read(into buffer: UnsafeMutablePointer<UInt8>, count: Int) throws -> Int {
        while true {
            #if canImport(Darwin)
                let got = Darwin.read(descriptor, buffer, count)
            #elseif canImport(Glibc)
                let got = Glibc.read(descriptor, buffer, count)
            #elseif canImport(Musl)
                let got = Musl.read(descriptor, buffer, count)
            #endif
            if got >= 0 { return got }
            if errno != EINTR { throw Self.failure("could not be read", path) }
        }
    }

    /// Reads up to `count` bytes of a regular file from a place on; 0 at the end. The place from which is read
    /// otherwise stays.
    func read(into buffer: UnsafeMutablePointer<UInt8>, count: Int, at offset: Int64) throws -> Int
    {
        while true {
            let got = pread(descriptor, buffer, count, off_t(offset))
            if got >= 0 { return got }
            if errno != EINTR { throw Self.failure("could not be read", path) }
        }
    }

    /// Writes all of `bytes`.
    func write(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBufferPointer { buffer in
            guard var next = buffer.baseAddress else { return }
            var left = buffer.count
            while left > 0 {
                #if canImport(Darwin)
                    let written = Darwin.write(descriptor, next, left)
                #elseif canImport(Glibc)
                    let written = Glibc.write(descriptor, next, left)
                #elseif canImport(Musl)
                    let written = Musl.write(descriptor, next, left)
                #endif
                if written < 0 {
                    if errno == EINTR { continue }
                    throw Self.failure("could not be written", path)
                }
                next += written
                left -= written
            }
        }
    }

    private static func failure(_ problem: String, _ path: String) -> StreamError {
        StreamError(.inputOutput, "'\(path)' \(problem): \(String(cString: strerror(errno)))")
    }
}
