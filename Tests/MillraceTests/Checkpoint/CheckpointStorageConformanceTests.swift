import Foundation
import Millrace
import MillraceTesting
import Testing

/// The built-in storages do what every storage must.
@Suite struct CheckpointStorageConformanceTests {
    @Test func directory() throws {
        let path = FileManager.default.temporaryDirectory
            .appendingPathComponent(UUID().uuidString).path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let storage = DirectoryStorage(path + "/inner/checkpoints")
        #expect(try CheckpointStorageConformance(storage).violations() == [])
    }

    @Test func directoryInSimulatedFiles() throws {
        let storage = DirectoryStorage("checkpoints", files: SimulatedFiles())
        #expect(try CheckpointStorageConformance(storage).violations() == [])
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func crashes(seed: UInt64) throws {
        let found = try CheckpointStorageConformance.crashViolations(seed: seed) {
            DirectoryStorage("checkpoints", files: $0)
        }
        #expect(found == [])
    }

    /// The suite can fail.
    @Test func aStorageThatDoesNotSynchroniseIsFound() throws {
        let found = try (0..<5 as Range<UInt64>).flatMap { seed in
            try CheckpointStorageConformance.crashViolations(seed: seed) {
                Hasty(storage: DirectoryStorage("checkpoints", files: $0), files: $0)
            }
        }
        #expect(!found.isEmpty)
        let files = SimulatedFiles()
        let open = Hasty(storage: DirectoryStorage("checkpoints", files: files), files: files)
        #expect(try CheckpointStorageConformance(open).violations().contains("two can acquire it"))
    }

    /// Locks nothing, and writes objects in place.
    struct Hasty: CheckpointStorage {
        let storage: DirectoryStorage
        let files: SimulatedFiles

        final class Lease: StorageLease {}

        var label: String { storage.label }
        func acquire() throws -> any StorageLease { Lease() }
        func names() throws -> [String] { try storage.names() }
        func read(_ name: String, offset: Int64, count: Int) throws -> [UInt8] {
            try storage.read(name, offset: offset, count: count)
        }
        func size(of name: String) throws -> Int64 { try storage.size(of: name) }
        func create(_ name: String) throws -> any StorageWriter { try storage.create(name) }
        func publish(_ bytes: [UInt8], as name: String) throws {
            let file = try files.open("checkpoints/" + name, .replace)
            try bytes.withUnsafeBytes { try file.write($0, at: 0) }
        }
        func remove(_ name: String) throws { try storage.remove(name) }
    }
}
