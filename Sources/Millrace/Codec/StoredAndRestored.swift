/// The value as it would be after a restart: written by its codec, and read back.
/// - Throws: ``StreamError`` with code `incompatibleState` if its type has no codec.
package func storedAndRestored<Value>(_ value: Value) throws -> Value {
    let blocks = BlockList()
    var writer = StateWriter(blocks: blocks)
    try writer.write(value: value)
    let stored = blocks.blocks
    var reader = StateReader(writer.bytes, schemas: writer.schemas) { stored[$0] }
    return try reader.read(value: Value.self)
}
