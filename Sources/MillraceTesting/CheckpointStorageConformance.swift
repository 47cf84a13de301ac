public import Millrace
import Synchronization

/// What every storage of checkpoints must do: give back what was written, in any ranges, let go of what was
/// removed, and admit one writer.
public struct CheckpointStorageConformance: Sendable {
    private let storage: any CheckpointStorage

    /// - Parameter storage: An empty storage.
    public init(_ storage: any CheckpointStorage) { self.storage = storage }

    /// What the storage does not do; empty if it conforms.
    public func violations() throws -> [String] {
        let found = try lease()
        let lease = try storage.acquire()
        defer { withExtendedLifetime(lease) {} }
        return try found + emptiness() + published() + created() + missing() + removed()
    }

    private func lease() throws -> [String] {
        var lease: (any StorageLease)? = try storage.acquire()
        var found: [String] = []
        if try !refuses({ _ = try storage.acquire() }) { found.append("two can acquire it") }
        withExtendedLifetime(lease) {}
        lease = nil
        if try refuses({ _ = try storage.acquire() }) {
            found.append("it cannot be acquired again after the lease has gone")
        }
        return found
    }

    private func emptiness() throws -> [String] {
        try storage.names() == [] ? [] : ["an acquired storage without objects has names"]
    }

    private func published() throws -> [String] {
        var found: [String] = []
        let name = "Object-1.published"
        for size in [10, 100_000, 0, 3] {
            let bytes = Self.bytes(size, seed: size)
            try storage.publish(bytes, as: name)
            if try storage.names() != [name] { found.append("a published object has no name") }
            found += try compare(bytes, name, "published")
        }
        try storage.remove(name)
        return found
    }

    private func created() throws -> [String] {
        var found: [String] = []
        let name = "object-2.data"
        for pieces in [[300_000, 0, 7, 99_999], [], [5]] {
            let writer = try storage.create(name)
            var bytes: [UInt8] = []
            for (index, size) in pieces.enumerated() {
                let piece = Self.bytes(size, seed: index)
                try writer.append(piece)
                bytes += piece
            }
            try writer.finish()
            if try storage.names() != [name] { found.append("a finished object has no name") }
            found += try compare(bytes, name, "finished")
        }
        // Two that are written at a time.
        let first = try storage.create("object-3")
        let second = try storage.create("object-4")
        try first.append([1])
        try second.append([2])
        try first.append([3])
        try first.finish()
        try second.finish()
        found += try compare([1, 3], "object-3", "finished beside another")
        found += try compare([2], "object-4", "finished beside another")
        if try Set(storage.names()) != [name, "object-3", "object-4"] {
            found.append("three objects have other names")
        }
        for name in [name, "object-3", "object-4"] { try storage.remove(name) }
        return found
    }

    private func missing() throws -> [String] {
        var found: [String] = []
        if try !refuses({ _ = try storage.size(of: "none") }) {
            found.append("an object that is not there has a size")
        }
        if try !refuses({ _ = try storage.read("none", offset: 0, count: 1) }) {
            found.append("an object that is not there can be read")
        }
        return found
    }

    private func removed() throws -> [String] {
        try storage.publish([1], as: "kept")
        try storage.publish([2], as: "removed")
        try storage.remove("removed")
        try storage.remove("removed")
        var found = try storage.names() == ["kept"] ? [] : ["a removed object has a name"]
        if try !refuses({ _ = try storage.size(of: "removed") }) {
            found.append("a removed object is there")
        }
        found += try compare([1], "kept", "left beside a removed one")
        try storage.remove("kept")
        return found
    }

    // MARK: - Pieces

    private func compare(
        _ bytes: [UInt8], _ name: String, _ situation: String
    ) throws -> [String] {
        var found: [String] = []
        let size = try storage.size(of: name)
        if size != Int64(bytes.count) {
            found.append("an object \(situation) has \(size) bytes, not \(bytes.count)")
        }
        let places = Set([0, 1, bytes.count / 2, bytes.count - 1, bytes.count].filter { $0 >= 0 })
        for start in places {
            for count in [0, 1, 4096, bytes.count - start, bytes.count + 10] where count >= 0 {
                let wanted = Array(bytes.dropFirst(start).prefix(count))
                if try storage.read(name, offset: Int64(start), count: count) != wanted {
                    found.append(
                        "an object \(situation) gives other bytes from \(start), \(count) asked for"
                    )
                }
            }
        }
        return found
    }

    /// Whether a call fails as it should: with a ``StreamError`` of code `inputOutput`.
    private func refuses(_ body: () throws -> Void) throws -> Bool {
        do { try body() } catch let error as StreamError where error.code == .inputOutput {
            return true
        }
        return false
    }

    static func bytes(_ count: Int, seed: Int) -> [UInt8] {
        var generator = SeededGenerator(seed: UInt64(seed))
        return (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
    }
}

extension CheckpointStorageConformance {
    /// What a storage in files loses when the machine crashes, in each of its file operations; empty if an object
    /// that was being published is there as a whole or not at all, and nothing before it is missing.
    ///
    /// - Parameters:
    ///   - seed: Decides what of the unsynchronised data survives.
    ///   - storage: Makes a storage in simulated files.
    public static func crashViolations(
        seed: UInt64 = 0, in storage: (SimulatedFiles) -> any CheckpointStorage
    ) throws -> [String] {
        var found: [String] = []
        var generator = SeededGenerator(seed: seed)
        var operation = 1
        while true {
            let files = SimulatedFiles()
            files.state.withLock { $0.crashesAt = operation }
            let storage = storage(files)
            var publishedCount = 0
            do { try publishAll(storage, &publishedCount) } catch let error as StreamError {
                if !files.hasCrashed { throw error }
            }
            if !files.hasCrashed { return found }
            files.restart(&generator)
            let lease = try storage.acquire()
            defer { withExtendedLifetime(lease) {} }
            let count = try wholeCount(storage)
            if count < publishedCount || count > publishedCount + 1 {
                found.append(
                    "crashed in operation \(operation): \(count) of \(publishedCount) published "
                        + "objects are there as a whole, with what was finished before them")
            }
            operation += 1
        }
    }

    private static let publications = 4

    private static func content(_ number: Int) -> (data: [UInt8], manifest: [UInt8]) {
        (bytes(700, seed: number), bytes(300, seed: number + 100))
    }

    private static func publishAll(_ storage: any CheckpointStorage, _ count: inout Int) throws {
        let lease = try storage.acquire()
        defer { withExtendedLifetime(lease) {} }
        for number in 0..<publications {
            let (data, manifest) = content(number)
            let writer = try storage.create("data-\(number)")
            try writer.append(data)
            try writer.finish()
            try storage.publish(manifest, as: "manifest-\(number)")
            count += 1
        }
    }

    /// How many of the publications are there, without a gap; -1 if one is there in part.
    private static func wholeCount(_ storage: any CheckpointStorage) throws -> Int {
        let names = Set(try storage.names())
        var count = 0
        for number in 0..<publications where names.contains("manifest-\(number)") {
            let (data, manifest) = content(number)
            guard count == number, names.contains("data-\(number)"),
                try storage.read("manifest-\(number)", offset: 0, count: 9999) == manifest,
                try storage.read("data-\(number)", offset: 0, count: 9999) == data
            else { return -1 }
            count += 1
        }
        return count
    }
}
