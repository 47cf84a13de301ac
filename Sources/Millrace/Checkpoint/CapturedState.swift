/// The state of one operator instance at a barrier, on its way into a checkpoint.
@usableFromInline
struct CapturedState: Sendable {
    let name: String
    let kind: StateKind
    let instance: Int
    let watermark: Timestamp
    let keyCount: Int
    /// The operator's snapshot.
    let snapshot: any Sendable
    /// Writes the snapshot; called beside the stream.
    let encode: @Sendable (inout StateWriter) throws -> Void
    /// Whether one checkpoint is all that it is written to.
    var isWrittenOnce = false

    @usableFromInline
    init(
        name: String, kind: StateKind, instance: Int, watermark: Timestamp, keyCount: Int,
        snapshot: any Sendable, encode: @escaping @Sendable (inout StateWriter) throws -> Void
    ) {
        self.name = name
        self.kind = kind
        self.instance = instance
        self.watermark = watermark
        self.keyCount = keyCount
        self.snapshot = snapshot
        self.encode = encode
    }
}

/// Whose state it is.
@usableFromInline
enum StateKind: String, Sendable {
    case source
    case `operator`
    case sink
    /// Batches that a barrier has overtaken.
    case channel
}

/// The state of one earlier operator instance, to be taken over.
@usableFromInline
struct RestoredState: Sendable {
    @usableFromInline let watermark: Timestamp
    let content: Content

    enum Content: Sendable {
        /// As it was captured, in this process.
        case memory(any Sendable)
        /// A reader of what was stored, for the given key groups.
        case stored(@Sendable (GroupOwnership) throws -> StateReader)
    }

    /// The snapshot, decoded as far as its keys are owned.
    /// - Throws: ``StreamError`` with code `incompatibleState`.
    @usableFromInline
    func snapshot<Snapshot: Sendable>(
        as type: Snapshot.Type, owning ownership: GroupOwnership
    ) throws -> Snapshot {
        switch content {
        case .memory(let value): return erased(Snapshot.self, value)
        case .stored(let open):
            var reader = try open(ownership)
            let snapshot = try reader.read(value: type)
            guard reader.remaining == 0 else { throw StateReader.unequal(type) }
            return snapshot
        }
    }
}

/// What one operator takes over from its earlier instances.
@usableFromInline
struct RestoredSnapshots<Snapshot: Sendable>: Sendable {
    @usableFromInline let snapshots: [Snapshot]
    @usableFromInline let watermark: Timestamp

    @inlinable
    init(snapshots: [Snapshot], watermark: Timestamp) {
        self.snapshots = snapshots
        self.watermark = watermark
    }
}

extension CapturedState {
    /// The state as it would be after a restart: written and read back, or as it is if its type cannot be
    /// written.
    /// - Throws: What a type's own codec throws.
    func afterRestart() throws -> RestoredState {
        let blocks = BlockList()
        var writer = StateWriter(blocks: blocks)
        do { try encode(&writer) } catch let error as StreamError
            where error.code == .incompatibleState
        {
            return RestoredState(watermark: watermark, content: .memory(snapshot))
        }
        let (bytes, schemas, stored) = (writer.bytes, writer.schemas, blocks.blocks)
        return RestoredState(
            watermark: watermark,
            content: .stored { StateReader(bytes, schemas: schemas, ownership: $0) { stored[$0] } })
    }
}
