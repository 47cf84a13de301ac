import MillraceTesting
import Synchronization

@testable import Millrace

/// Files in memory that lose, at a crash, any part of what was not made durable: pieces of writes, new and
/// removed names.
final class CrashingFiles: FileSystem {
    struct Contents {
        var durable: [UInt8] = []
        var current: [UInt8] = []
        /// The pieces of `current` that are not durable: where, and how many bytes.
        var loose: [Range<Int>] = []
    }

    struct State {
        var files: [Int: Contents] = [:]
        var names: [String: Int] = [:]
        var durableNames: [String: Int] = [:]
        /// The changes of names that are not durable, in order; `nil` is a removal.
        var changes: [(path: String, file: Int?)] = []
        var locks: Set<String> = []
        /// How many more changes to the files there may be before the crash.
        var budget = Int.max
    }

    let state = Mutex(State())

    /// Lets the machine crash after this many more steps.
    func crash(after steps: Int) { state.withLock { $0.budget = steps } }

    /// The files as they may be after the crash.
    func afterCrash(_ random: inout SeededGenerator) -> CrashingFiles {
        let after = CrashingFiles()
        let before = state.withLock { $0 }
        var names = before.durableNames
        // The changes of names reach the device in order, up to some place.
        let kept = Int.random(in: 0...before.changes.count, using: &random)
        for change in before.changes[..<kept] { names[change.path] = change.file }
        var files: [Int: Contents] = [:]
        for (id, contents) in before.files.sorted(by: { $0.key < $1.key }) {
            var bytes = contents.durable
            for piece in contents.loose where Bool.random(using: &random) {
                let piece = piece.clamped(to: 0..<contents.current.count)
                if piece.isEmpty { continue }
                let missing = piece.upperBound - bytes.count
                if missing > 0 { bytes += [UInt8](repeating: 0, count: missing) }
                bytes.replaceSubrange(piece, with: contents.current[piece])
            }
            files[id] = Contents(durable: bytes, current: bytes)
        }
        after.state.withLock { state in
            state.files = files
            state.names = names
            state.durableNames = names
        }
        return after
    }

    /// Notes one change; throws when the machine has crashed.
    static func step(_ state: inout State) throws {
        if state.budget <= 0 { throw StreamError(.inputOutput, "the machine has crashed") }
        state.budget -= 1
    }

    func open(_ path: String, _ mode: FileMode) throws -> any StoredFile {
        let id = try state.withLock { state in
            if let id = state.names[path] { return id }
            if mode == .read { throw StreamError(.inputOutput, "there is no '\(path)'") }
            try Self.step(&state)
            let id = state.files.count
            state.files[id] = Contents()
            state.names[path] = id
            state.changes.append((path, id))
            return id
        }
        let file = File(self, id)
        if mode == .replace { try file.truncate(to: 0) }
        return file
    }

    func exists(_ path: String) -> Bool { state.withLock { $0.names[path] != nil } }

    func createDirectory(_ path: String) throws {}

    func list(_ directory: String) throws -> [String] {
        state.withLock { state in
            state.names.keys.filter { $0.hasPrefix(directory + "/") }
                .map { String($0.dropFirst(directory.count + 1)) }.filter { !$0.contains("/") }
                .sorted()
        }
    }

    func rename(_ path: String, to other: String) throws {
        try state.withLock { state in
            try Self.step(&state)
            let id = state.names.removeValue(forKey: path)
            state.names[other] = id
            state.changes.append((other, id))
        }
    }

    func remove(_ path: String) throws {
        try state.withLock { state in
            try Self.step(&state)
            state.names[path] = nil
            state.changes.append((path, nil))
        }
    }

    func syncDirectory(_ path: String) throws {
        try state.withLock { state in
            try Self.step(&state)
            let isInside = { (change: String) in
                change.hasPrefix(path + "/") && !change.dropFirst(path.count + 1).contains("/")
            }
            for change in state.changes where isInside(change.path) {
                state.durableNames[change.path] = change.file
            }
            state.changes.removeAll { isInside($0.path) }
        }
    }

    final class File: StoredFile {
        let files: CrashingFiles
        let id: Int

        init(_ files: CrashingFiles, _ id: Int) {
            self.files = files
            self.id = id
        }

        private func with<T: Sendable>(_ body: (inout Contents) throws -> T) rethrows -> T {
            try files.state.withLock { try body(&$0.files[id, default: Contents()]) }
        }

        private func change(_ body: (inout Contents) -> Void) throws {
            try files.state.withLock { state in
                // What is under way at the crash may have reached the device.
                body(&state.files[id, default: Contents()])
                try CrashingFiles.step(&state)
            }
        }

        func size() throws -> Int64 { with { Int64($0.current.count) } }

        func read(into buffer: UnsafeMutableRawBufferPointer, at position: Int64) throws -> Int {
            let bytes = with { contents in
                Array(contents.current.dropFirst(Int(position)).prefix(buffer.count))
            }
            buffer.copyBytes(from: bytes)
            return bytes.count
        }

        func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws {
            let bytes = Array(bytes)
            let position = Int(offset)
            try change { contents in
                let end = position + bytes.count
                let missing = end - contents.current.count
                if missing > 0 { contents.current += [UInt8](repeating: 0, count: missing) }
                contents.current.replaceSubrange(position..<end, with: bytes)
                // The device writes sectors; small ones, so that batches are torn in many ways.
                var start = position
                while start < end {
                    let next = min(end, (start / 64 + 1) * 64)
                    contents.loose.append(start..<next)
                    start = next
                }
            }
        }

        /// Durable at once, as on a journalling file system. The marks rely on no order.
        func truncate(to size: Int64) throws {
            try change { contents in
                contents.current.removeLast(max(0, contents.current.count - Int(size)))
                contents.durable.removeLast(max(0, contents.durable.count - Int(size)))
            }
        }

        func sync() throws {
            try files.state.withLock { state in
                try CrashingFiles.step(&state)
                let current = state.files[id]?.current ?? []
                state.files[id]?.durable = current
                state.files[id]?.loose = []
            }
        }
    }

    func lock(_ path: String) throws -> any FileLock {
        let isTaken = state.withLock { $0.locks.insert(path).inserted }
        if !isTaken { throw StreamError(.inputOutput, "'\(path)' is locked") }
        return Lock(self, path)
    }

    final class Lock: FileLock {
        let files: CrashingFiles
        let path: String

        init(_ files: CrashingFiles, _ path: String) {
            self.files = files
            self.path = path
        }

        deinit { files.state.withLock { [path] in _ = $0.locks.remove(path) } }
    }
}
