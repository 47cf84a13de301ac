/// Writes captured state into a storage. Blocks that the checkpoint before has are referred to, not written.
struct CheckpointWriter: Sendable {
    private typealias Place = CheckpointManifest.BlockPlace

    let storage: any CheckpointStorage
    /// The blocks of the last checkpoint, by what their content depends on.
    private var known: [BlockKey: KnownBlock] = [:]
    /// How many bytes each data file has that holds one of them.
    private var sizes: [UInt64: Int64] = [:]

    /// A block that need not be written again, and how what is in it is stored: a later checkpoint may not
    /// write anything of those types itself.
    private struct KnownBlock {
        let place: Place
        let schemas: [StateSchema]
    }

    init(storage: any CheckpointStorage) { self.storage = storage }

    /// Writes the data of a checkpoint and then its manifest.
    ///
    /// - Parameter isSelfContained: Whether every block is written, whatever earlier checkpoints have.
    mutating func write(
        _ states: [CapturedState], as draft: CheckpointManifest, isSelfContained: Bool = false
    ) throws -> CheckpointManifest {
        var manifest = draft
        let file = DataFile(
            id: draft.id, writer: try storage.create(CheckpointName.data(draft.id)),
            known: isSelfContained || isFragmented ? [:] : knownInDenseFiles)
        for state in states {
            let target = InstanceBlocks(file: file)
            var writer = StateWriter(blocks: target, releasesState: state.isWrittenOnce)
            do {
                try state.encode(&writer)
            } catch var error as StreamError {
                error.operatorName = error.operatorName ?? state.name
                throw error
            } catch {
                throw StreamError(
                    .operatorFailed, "its state cannot be encoded (\(error))",
                    operatorName: state.name, cause: error)
            }
            let entry = CheckpointManifest.InstanceEntry(
                index: state.instance, watermark: state.watermark, keyCount: state.keyCount,
                schemas: target.schemas(after: writer.schemas), root: try file.append(writer.bytes),
                blocks: target.places)
            manifest.add(entry, of: state)
        }
        if PlantedBug.current != .missingSync { try file.writer.finish() }
        try storage.publish(manifest.fileContent, as: CheckpointName.manifest(draft.id))
        if !isSelfContained {
            known = file.used
            let files = Set(known.values.map(\.place.file))
            sizes[draft.id] = file.size
            sizes = sizes.filter { files.contains($0.key) }
        }
        return manifest
    }

    /// The known blocks but those in files of which less than half is referred to: a file is removed as a
    /// whole, and such a one would take more room than referring to it saves.
    private var knownInDenseFiles: [BlockKey: KnownBlock] {
        var used: [UInt64: Int64] = [:]
        for block in known.values { used[block.place.file, default: 0] += block.place.length }
        return known.filter { _, block in
            let file = block.place.file
            return 2 * used[file, default: 0] >= sizes[file, default: 0]
        }
    }

    /// Whether the known blocks are spread over so many files that it is time to write them together.
    private var isFragmented: Bool { Set(known.values.map(\.place.file)).count > 32 }

    /// The data file of one checkpoint, and the blocks that the checkpoint refers to.
    private final class DataFile {
        let id: UInt64
        let writer: any StorageWriter
        let known: [BlockKey: KnownBlock]
        var used: [BlockKey: KnownBlock] = [:]
        private(set) var size: Int64 = 0

        init(id: UInt64, writer: any StorageWriter, known: [BlockKey: KnownBlock]) {
            self.id = id
            self.writer = writer
            self.known = known
        }

        func append(_ bytes: [UInt8]) throws -> Place {
            try writer.append(bytes)
            defer { size += Int64(bytes.count) }
            return Place(
                file: id, offset: size, length: Int64(bytes.count),
                checksum: bytes.withUnsafeBytes { CRC32C.checksum($0) })
        }
    }

    /// The blocks of one operator instance.
    private final class InstanceBlocks: BlockTarget {
        let file: DataFile
        var places: [Place] = []
        private var reused: [StateSchema] = []

        init(file: DataFile) { self.file = file }

        /// The schemas that the instance's blocks need.
        func schemas(after written: [StateSchema]) -> [StateSchema] {
            written + reused.filter { !written.contains($0) }
        }

        func add(_ bytes: [UInt8], key: BlockKey?, schemas: [StateSchema]) throws -> Int {
            let place = try file.append(bytes)
            if let key {
                // Later blocks of this instance may be the first to be read.
                file.used[key] = KnownBlock(place: place, schemas: self.schemas(after: schemas))
            }
            places.append(place)
            return places.count - 1
        }

        func reuse(_ key: BlockKey) -> Int? {
            guard let block = file.known[key] else { return nil }
            file.used[key] = block
            places.append(block.place)
            for schema in block.schemas where !reused.contains(schema) { reused.append(schema) }
            return places.count - 1
        }
    }
}

extension CheckpointManifest {
    /// A manifest without state.
    init(
        id: UInt64, topology: String, takenAt: Timestamp, keyGroups: Int, isSavepoint: Bool = false
    ) {
        self.init(
            id: id, isSavepoint: isSavepoint, topology: topology, takenAt: takenAt,
            keyGroups: keyGroups, operators: [])
    }

    fileprivate mutating func add(_ entry: InstanceEntry, of state: CapturedState) {
        if let index = operators.firstIndex(where: {
            $0.name == state.name && $0.kind == state.kind.rawValue
        }) {
            operators[index].instances.append(entry)
        } else {
            operators.append(
                OperatorEntry(name: state.name, kind: state.kind.rawValue, instances: [entry]))
        }
    }
}

/// The names of a checkpoint's objects.
enum CheckpointName {
    static func manifest(_ id: UInt64) -> String { "checkpoint-\(padded(id)).manifest" }
    static func data(_ id: UInt64) -> String { "checkpoint-\(padded(id)).data" }

    private static func padded(_ id: UInt64) -> String {
        let digits = "\(id)"
        return String(repeating: "0", count: max(0, 10 - digits.count)) + digits
    }

    /// The number in the name of a checkpoint's object.
    static func id(of name: String) -> UInt64? {
        guard name.hasPrefix("checkpoint-"), let dot = name.firstIndex(of: ".") else { return nil }
        let id = UInt64(name[name.index(name.startIndex, offsetBy: 11)..<dot])
        // Another one has to come behind it.
        return id == .max ? nil : id
    }

    static func isManifest(_ name: String) -> Bool {
        id(of: name) != nil && name.hasSuffix(".manifest")
    }
}
