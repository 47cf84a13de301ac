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
                Self.hasty($0)
            }
        }
        #expect(!found.isEmpty)
        let files = SimulatedFiles()
        #expect(
            try CheckpointStorageConformance(Self.hasty(files)).violations()
                .contains("two can acquire it"))
    }

    private final class Lease: StorageLease {}

    /// Locks nothing, and writes objects in place.
    private static func hasty(_ files: SimulatedFiles) -> HookedStorage {
        HookedStorage(
            base: DirectoryStorage("checkpoints", files: files), acquiring: { _ in Lease() }
        ) { _, bytes, name in
            let file = try files.open("checkpoints/" + name, .replace)
            try bytes.withUnsafeBytes { try file.write($0, at: 0) }
        }
    }
}
