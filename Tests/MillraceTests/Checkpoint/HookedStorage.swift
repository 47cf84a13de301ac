import Millrace

/// A storage that does something before a checkpoint becomes complete, which may fail.
struct HookedStorage: CheckpointStorage {
    let base: DirectoryStorage
    let beforePublishing: @Sendable () throws -> Void

    var label: String { base.label }
    func acquire() throws -> any StorageLease { try base.acquire() }
    func names() throws -> [String] { try base.names() }
    func read(_ name: String, offset: Int64, count: Int) throws -> [UInt8] {
        try base.read(name, offset: offset, count: count)
    }
    func size(of name: String) throws -> Int64 { try base.size(of: name) }
    func create(_ name: String) throws -> any StorageWriter { try base.create(name) }
    func publish(_ bytes: [UInt8], as name: String) throws {
        try beforePublishing()
        try base.publish(bytes, as: name)
    }
    func remove(_ name: String) throws { try base.remove(name) }
}
