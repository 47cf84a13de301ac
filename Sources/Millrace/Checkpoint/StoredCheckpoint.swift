/// A checkpoint in a storage.
public struct StoredCheckpoint: Sendable {
    /// What it holds.
    public let manifest: CheckpointManifest
    let storage: any CheckpointStorage

    /// Checks every block's checksum.
    /// - Throws: ``StreamError`` with code `damagedCheckpoint` naming the operator and the file, or
    ///   `inputOutput`.
    /// - Complexity: O(bytes).
    public func verify() throws {
        if let first = try damages().first { throw first }
    }

    /// Reads a block and checks it.
    func read(_ place: CheckpointManifest.BlockPlace) throws -> [UInt8] {
        let name = CheckpointName.data(place.file)
        guard place.length >= 0, place.offset >= 0, place.length < 1 << 40 else {
            throw CheckpointManifest.damaged("the manifest's places make no sense")
        }
        let bytes = try storage.read(name, offset: place.offset, count: Int(place.length))
        guard bytes.count == Int(place.length),
            bytes.withUnsafeBytes({ CRC32C.checksum($0) }) == place.checksum
        else {
            var error = CheckpointManifest.damaged(
                "the file '\(name)' of '\(storage.label)' is damaged")
            error.place = "bytes \(place.offset)..<\(place.offset + place.length)"
            throw error
        }
        return bytes
    }

    /// The state of an operator's earlier instances, to be decoded by those who take it over.
    func states(of name: String, kind: StateKind) -> [RestoredState] {
        let entry = manifest.operators.first { $0.name == name && $0.kind == kind.rawValue }
        return (entry?.instances ?? []).map { instance in
            RestoredState(
                watermark: instance.watermark,
                content: .stored { ownership in
                    StateReader(
                        try read(instance.root), schemas: instance.schemas, ownership: ownership
                    ) { index in
                        guard instance.blocks.indices.contains(index) else {
                            throw StateReader.damaged("a block")
                        }
                        return try read(instance.blocks[index])
                    }
                })
        }
    }
}

extension CheckpointStorage {
    /// The numbers of all checkpoints, ascending, whether or not they are whole.
    public func checkpointIDs() throws -> [UInt64] {
        try names().filter(CheckpointName.isManifest).compactMap(CheckpointName.id).sorted()
    }

    /// Opens a checkpoint.
    /// - Throws: ``StreamError`` with code `damagedCheckpoint`.
    public func checkpoint(_ id: UInt64) throws -> StoredCheckpoint {
        let name = CheckpointName.manifest(id)
        do {
            let content = try read(name, offset: 0, count: Int(size(of: name)))
            let manifest = try CheckpointManifest(fileContent: content)
            guard manifest.id == id else {
                throw CheckpointManifest.damaged("it is the manifest of checkpoint \(manifest.id)")
            }
            return StoredCheckpoint(manifest: manifest, storage: self)
        } catch var error as StreamError {
            error.place = "'\(name)' of '\(label)'"
            throw error
        }
    }

    /// Every checkpoint that can be opened, the newest first, and why others cannot.
    public func checkpoints() throws -> (whole: [StoredCheckpoint], damaged: [StreamError]) {
        var whole: [StoredCheckpoint] = []
        var damaged: [StreamError] = []
        for id in try checkpointIDs().reversed() {
            do { whole.append(try checkpoint(id)) } catch let error as StreamError {
                damaged.append(error)
            }
        }
        return (whole, damaged)
    }
}
