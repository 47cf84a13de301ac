import Millrace

/// A storage of which some calls do something else.
struct HookedStorage: CheckpointStorage {
    let base: DirectoryStorage
    var acquiring: @Sendable (DirectoryStorage) throws -> any StorageLease = { try $0.acquire() }
    var publishing: @Sendable (DirectoryStorage, [UInt8], _ name: String) throws -> Void

    /// A storage that does something before a checkpoint becomes complete, which may fail.
    static func base(
        _ base: DirectoryStorage, beforePublishing: @escaping @Sendable () throws -> Void
    ) -> HookedStorage {
        HookedStorage(base: base) { base, bytes, name in
            try beforePublishing()
            try base.publish(bytes, as: name)
        }
    }

    var label: String { base.label }
    func acquire() throws -> any StorageLease { try acquiring(base) }
    func names() throws -> [String] { try base.names() }
    func read(_ name: String, offset: Int64, count: Int) throws -> [UInt8] {
        try base.read(name, offset: offset, count: count)
    }
    func size(of name: String) throws -> Int64 { try base.size(of: name) }
    func create(_ name: String) throws -> any StorageWriter { try base.create(name) }
    func publish(_ bytes: [UInt8], as name: String) throws { try publishing(base, bytes, name) }
    func remove(_ name: String) throws { try base.remove(name) }
}
