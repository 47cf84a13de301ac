/// What a checkpoint holds and where: its table of contents, which is written last.
///
/// In the file: the eight bytes `MILLRACE`, the format's version as 32 bits, the length of what follows as 64
/// bits, its CRC-32C as 32 bits, then the fields below in order, as a ``StateWriter`` writes them.
public struct CheckpointManifest: Sendable, Hashable {
    /// The version of the format of manifests and blocks.
    public static let formatVersion: UInt32 = 1
    private static let magic = Array("MILLRACE".utf8)

    /// The checkpoint's number, higher than those of all before it.
    public var id: UInt64
    /// Whether the checkpoint stands alone, for moving and keeping.
    public var isSavepoint: Bool
    /// The topology's name.
    public var topology: String
    /// When the checkpoint began.
    public var takenAt: Timestamp
    /// The number of key groups, which can never change.
    public var keyGroups: Int
    /// The sources, operators and sinks that have state, with all their instances.
    public var operators: [OperatorEntry]

    /// The state of one source, operator or sink.
    public struct OperatorEntry: Sendable, Hashable {
        /// Its name in the topology.
        public var name: String
        /// `source`, `operator` or `sink`.
        public var kind: String
        /// Its parallel instances.
        public var instances: [InstanceEntry]

        /// Whether there is nothing to take over but a watermark: a topology may do without it.
        public var isStateless: Bool {
            instances.allSatisfy { instance in
                instance.blocks.isEmpty
                    && instance.schemas.allSatisfy { $0.form == .memory && $0.layout == "{}" }
            }
        }
    }

    /// The state of one parallel instance.
    public struct InstanceEntry: Sendable, Hashable {
        /// Which of the instances it is, from 0.
        public var index: Int
        /// Its watermark.
        public var watermark: Timestamp
        /// How many keys or entries it holds.
        public var keyCount: Int
        /// How its state is stored.
        public var schemas: [StateSchema]
        /// Where its state begins.
        public var root: BlockPlace
        /// The large parts that the state refers to by number.
        public var blocks: [BlockPlace]

        /// How many bytes it takes.
        public var byteCount: Int64 { blocks.reduce(root.length) { $0 + $1.length } }
    }

    /// Where a block is: a run of bytes of a data file.
    public struct BlockPlace: Sendable, Hashable {
        /// The number of the checkpoint that wrote the block, which names the file.
        public var file: UInt64
        /// The first byte.
        public var offset: Int64
        /// How many bytes.
        public var length: Int64
        /// The CRC-32C of the bytes.
        public var checksum: UInt32
    }

    /// The data files that the checkpoint needs.
    public var files: Set<UInt64> {
        Set(operators.flatMap(\.instances).flatMap { [$0.root.file] + $0.blocks.map(\.file) })
    }

    /// How many bytes the checkpoint's blocks take, those shared with earlier ones included.
    public var byteCount: Int64 {
        operators.flatMap(\.instances).reduce(0) { $0 + $1.byteCount }
    }
}

// MARK: - Bytes

extension CheckpointManifest {
    /// The content of a manifest's file.
    var fileContent: [UInt8] {
        var body = StateWriter(blocks: BlockList())
        body.write(id)
        body.write(isSavepoint)
        body.write(topology)
        body.write(takenAt.millis)
        body.write(count: keyGroups)
        body.write(count: operators.count)
        for entry in operators {
            body.write(entry.name)
            body.write(entry.kind)
            body.write(count: entry.instances.count)
            for instance in entry.instances { Self.write(instance, to: &body) }
        }
        var file = StateWriter(blocks: BlockList())
        file.write(rawBytes: Self.magic)
        file.write(Self.formatVersion)
        file.write(UInt64(body.bytes.count))
        file.write(body.bytes.withUnsafeBytes { CRC32C.checksum($0) })
        file.write(rawBytes: body.bytes)
        return file.bytes
    }

    private static func write(_ instance: InstanceEntry, to body: inout StateWriter) {
        body.write(count: instance.index)
        body.write(instance.watermark.millis)
        body.write(count: instance.keyCount)
        body.write(count: instance.schemas.count)
        for schema in instance.schemas { schema.write(to: &body) }
        body.write(count: instance.blocks.count)
        for place in [instance.root] + instance.blocks {
            body.write(place.file)
            body.write(place.offset)
            body.write(place.length)
            body.write(place.checksum)
        }
    }

    /// Reads the content of a manifest's file.
    /// - Throws: ``StreamError`` with code `damagedCheckpoint` that says what is wrong.
    init(fileContent: [UInt8]) throws {
        do {
            var file = StateReader(fileContent)
            let magic = try file.withRawBytes(8) { Array($0) }
            guard magic == Self.magic else { throw Self.damaged("it is not a manifest") }
            let version = try file.read(UInt32.self)
            guard version == Self.formatVersion else {
                throw Self.damaged(
                    "its format is version \(version), this release reads \(Self.formatVersion)")
            }
            let length = try file.read(UInt64.self)
            let checksum = try file.read(UInt32.self)
            guard UInt64(file.remaining) == length else { throw Self.damaged("it is cut off") }
            let body = try file.withRawBytes(Int(length)) { Array($0) }
            guard body.withUnsafeBytes({ CRC32C.checksum($0) }) == checksum else {
                throw Self.damaged("its checksum is wrong")
            }
            var reader = StateReader(body)
            try self.init(body: &reader)
        } catch let error as StreamError where error.code == .incompatibleState {
            throw Self.damaged("it ends early")
        }
    }

    private init(body: inout StateReader) throws {
        id = try body.read(UInt64.self)
        isSavepoint = try body.read(Bool.self)
        topology = try body.read(String.self)
        takenAt = Timestamp(millis: try body.read(Int64.self))
        keyGroups = try body.readCount()
        operators = []
        for _ in 0..<(try body.readCount(ofSize: 3)) {
            var entry = OperatorEntry(
                name: try body.read(String.self), kind: try body.read(String.self), instances: [])
            for _ in 0..<(try body.readCount(ofSize: 40)) {
                entry.instances.append(try Self.instance(from: &body))
            }
            operators.append(entry)
        }
    }

    private static func instance(from body: inout StateReader) throws -> InstanceEntry {
        let index = try body.readCount()
        let watermark = Timestamp(millis: try body.read(Int64.self))
        let keyCount = try body.readCount()
        var schemas: [StateSchema] = []
        for _ in 0..<(try body.readCount(ofSize: 4)) {
            schemas.append(try StateSchema(from: &body))
        }
        let count = try body.readCount(ofSize: 28)
        let root = try place(from: &body)
        let blocks = try (0..<count).map { _ in try place(from: &body) }
        return InstanceEntry(
            index: index, watermark: watermark, keyCount: keyCount, schemas: schemas, root: root,
            blocks: blocks)
    }

    private static func place(from body: inout StateReader) throws -> BlockPlace {
        BlockPlace(
            file: try body.read(UInt64.self), offset: try body.read(Int64.self),
            length: try body.read(Int64.self), checksum: try body.read(UInt32.self))
    }

    static func damaged(_ what: String) -> StreamError {
        StreamError(.damagedCheckpoint, what)
    }
}
