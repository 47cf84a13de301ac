import Testing

@testable import Millrace

/// What a writer has written: everything that a reader needs.
struct StoredBytes {
    var bytes: [UInt8]
    var schemas: [StateSchema]
    var blocks: [[UInt8]]

    /// Writes one value.
    init<Value>(_ value: Value) throws {
        let list = BlockList()
        var writer = StateWriter(blocks: list)
        try writer.write(value: value)
        (bytes, schemas, blocks) = (writer.bytes, writer.schemas, list.blocks)
    }

    /// Reads the value back, as far as its keys are owned.
    func read<Value>(
        as type: Value.Type = Value.self, groups: KeyGroups = KeyGroups(), range: Range<Int>? = nil
    ) throws -> Value {
        let ownership = GroupOwnership(groups: groups, range: range ?? 0..<groups.count)
        // The way of a checkpoint: the schemas are stored too.
        var stored: [StateSchema] = []
        for schema in schemas {
            var writer = StateWriter(blocks: BlockList())
            schema.write(to: &writer)
            var reader = StateReader(writer.bytes)
            stored.append(try StateSchema(from: &reader))
        }
        var reader = StateReader(bytes, schemas: stored, ownership: ownership) { index in
            guard blocks.indices.contains(index) else { throw StateReader.damaged("a block") }
            return blocks[index]
        }
        let value = try reader.read(value: type)
        #expect(reader.remaining == 0)
        return value
    }
}

/// Writes a value, and reads it back.
func roundTrip<Value>(_ value: Value) throws -> Value { try StoredBytes(value).read() }

/// Writes `old` and expects that a `New` refuses it, naming what it found.
func expectRefusal<Old, New>(
    of old: Old, by type: New.Type, sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let stored = try StoredBytes(old)
    let error = #expect(throws: StreamError.self, sourceLocation: sourceLocation) {
        _ = try stored.read(as: type)
    }
    #expect(error?.code == .incompatibleState, sourceLocation: sourceLocation)
}
