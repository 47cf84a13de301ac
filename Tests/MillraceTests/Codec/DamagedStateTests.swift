import MillraceTesting
import Testing

@testable import Millrace

/// Damaged bytes, at any place, are an error or another value; never a crash, nor endless time or memory.
/// (Checksums find them before; here they are read all the same.)
@Suite struct DamagedStateTests {
    /// Reads with each byte changed in several ways, and with the end cut off at each byte.
    func damageEverywhere<Value>(_ value: Value, use: (Value) -> Void = { _ in }) throws {
        let stored = try StoredBytes(value)
        var random = SeededGenerator(seed: 3)
        func read(_ damaged: StoredBytes) {
            do {
                var reader = StateReader(damaged.bytes, schemas: damaged.schemas) { index in
                    guard damaged.blocks.indices.contains(index) else {
                        throw StateReader.damaged("a block")
                    }
                    return damaged.blocks[index]
                }
                use(try reader.read(value: Value.self))
            } catch let error as StreamError {
                if error.code != .incompatibleState { Issue.record("\(error)") }
            } catch {
                Issue.record("\(error)")
            }
        }
        func damage(_ bytes: [UInt8], _ put: ([UInt8]) -> StoredBytes) {
            for offset in bytes.indices {
                for change in [1, 0x80, 0xFF, UInt8.random(in: 1...255, using: &random)] {
                    var damaged = bytes
                    damaged[offset] ^= change
                    read(put(damaged))
                }
                read(put(Array(bytes[..<offset])))
            }
        }
        damage(stored.bytes) { bytes in
            var damaged = stored
            damaged.bytes = bytes
            return damaged
        }
        for index in stored.blocks.indices {
            damage(stored.blocks[index]) { bytes in
                var damaged = stored
                damaged.blocks[index] = bytes
                return damaged
            }
        }
    }

    @Test func values() throws {
        try damageEverywhere(["text": [1, 2], "more": []])
        try damageEverywhere([String?.none, "a"])
        try damageEverywhere(Set(["a", "b"]))
        try damageEverywhere(CodableStateTests.order)
        try damageEverywhere([CodableStateTests.Before(name: "n"), .init(name: "m")])
    }

    @Test func sketches() throws {
        var distinct = HyperLogLog(precision: 4)
        var quantiles = QuantileSketch()
        var frequent = SpaceSaving<String>(capacity: 4)
        for number in 0..<40 {
            distinct.insert(number.stableHash)
            quantiles.insert(Double(number - 20))
            frequent.insert("\(number % 6)")
        }
        try damageEverywhere(distinct) { _ = $0.estimate }
        try damageEverywhere(quantiles) { _ = $0.count }
        try damageEverywhere(frequent) { _ = $0.values }
    }

    /// Segments as images and as entries; a table that is read must also answer.
    @Test func tables() throws {
        var numbers = KeyTable<Int, Int>()
        var texts = KeyTable<String, String>()
        var places = KeyTable<KeyTableCodecTests.Place, Int>()
        for key in 0..<20 {
            numbers.update(key, hash: key.stableHash, default: key) { _ in }
            texts.update("\(key)", hash: "\(key)".stableHash, default: "v") { _ in }
            let place = KeyTableCodecTests.Place(x: Int16(key), y: 1)
            places.update(place, hash: place.stableHash, default: key) { _ in }
        }
        try damageEverywhere(numbers.snapshot()) { snapshot in
            for key in 0..<30 { _ = snapshot.value(for: key, hash: key.stableHash) }
            snapshot.forEach { _, _ in }
            var table = KeyTable<Int, Int>()
            table.insert(contentsOf: snapshot, groups: 0..<128, of: KeyGroups())
            for key in 100..<130 { table.update(key, hash: key.stableHash, default: key) { _ in } }
        }
        try damageEverywhere(texts.snapshot()) { _ = $0.value(for: "3", hash: "3".stableHash) }
        try damageEverywhere(places.snapshot()) { snapshot in
            let place = KeyTableCodecTests.Place(x: 3, y: 1)
            _ = snapshot.value(for: place, hash: place.stableHash)
        }
    }

    @Test func schemas() throws {
        let stored = try StoredBytes(["a": [Timestamp.none]])
        var writer = StateWriter(blocks: BlockList())
        for schema in stored.schemas { schema.write(to: &writer) }
        for offset in writer.bytes.indices {
            for change in 1...255 as ClosedRange<UInt8> {
                var bytes = writer.bytes
                bytes[offset] ^= change
                var reader = StateReader(bytes)
                guard let schema = try? StateSchema(from: &reader) else { continue }
                var values = StateReader(stored.bytes, schemas: [schema])
                _ = try? values.read(value: [String: [Timestamp]].self)
            }
        }
    }

    @Test func manifests() async throws {
        let manifest = CheckpointManifest(
            id: 7, topology: "t", takenAt: Timestamp(millis: 5), keyGroups: 128)
        let bytes = manifest.fileContent
        #expect(try CheckpointManifest(fileContent: bytes) == manifest)
        for offset in bytes.indices {
            for change in 1...255 as ClosedRange<UInt8> {
                var damaged = bytes
                damaged[offset] ^= change
                let error = #expect(throws: StreamError.self) {
                    _ = try CheckpointManifest(fileContent: damaged)
                }
                #expect(error?.code == .damagedCheckpoint)
            }
            #expect(throws: StreamError.self) {
                _ = try CheckpointManifest(fileContent: Array(bytes[..<offset]))
            }
        }
    }
}
