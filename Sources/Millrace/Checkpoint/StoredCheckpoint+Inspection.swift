/// How far a split of a source had been read when a checkpoint was taken.
public struct StoredSplit: Sendable, Hashable {
    /// The split, with its size as it was then.
    public let split: SourceSplit
    /// The place behind the last element that the checkpoint covers.
    public let position: SourcePosition
    /// How far event time had come in the split; ``Timestamp/none`` before its first element.
    public let watermark: Timestamp
}

extension StoredCheckpoint {
    /// The splits of a source and how far they had been read; empty if the checkpoint has no such source.
    ///
    /// - Throws: ``StreamError`` with code `damagedCheckpoint` or `incompatibleState` if the positions
    ///   cannot be read, `inputOutput` if their file cannot.
    public func splits(of source: String) throws -> [StoredSplit] {
        let all = GroupOwnership(groups: KeyGroups(), range: 0..<KeyGroups().count)
        return try states(of: source, kind: .source).map { state in
            let stored = try state.snapshot(as: SplitState.self, owning: all)
            return StoredSplit(
                split: stored.split, position: stored.position,
                watermark: stored.progress.watermark)
        }
    }

    /// Everything that is wrong with the checkpoint: missing files, and blocks whose checksum is not that of
    /// the manifest, each with its file and its bytes. Empty if the checkpoint is whole.
    ///
    /// - Throws: ``StreamError`` with code `inputOutput` if the storage cannot be read.
    /// - Complexity: O(bytes).
    public func damages() throws -> [StreamError] {
        var found: [StreamError] = []
        let names = Set(try storage.names())
        let missing = manifest.files.filter { !names.contains(CheckpointName.data($0)) }
        for file in missing.sorted() {
            found.append(
                CheckpointManifest.damaged(
                    "the file '\(CheckpointName.data(file))' of '\(storage.label)' is missing"))
        }
        for entry in manifest.operators {
            for instance in entry.instances {
                for place in [instance.root] + instance.blocks where !missing.contains(place.file) {
                    do { _ = try read(place) } catch var error as StreamError {
                        guard error.code == .damagedCheckpoint else { throw error }
                        error.operatorName = entry.name
                        found.append(error)
                    }
                }
            }
        }
        return found
    }
}
