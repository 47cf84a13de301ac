/// The checkpoint that a run goes on from.
struct Recovery: Sendable {
    let checkpoint: StoredCheckpoint
    let checkpoints: Checkpoints

    /// Finds the checkpoint from which a run begins; `nil` if it begins anew.
    ///
    /// - Throws: ``StreamError`` with code `damagedCheckpoint` if there are checkpoints and none is whole, or not
    ///   the one that is asked for.
    static func find(_ checkpoints: Checkpoints) throws -> Recovery? {
        switch checkpoints.start {
        case .anew: return nil
        case .checkpoint(let id):
            let ids = try checkpoints.storage.checkpointIDs()
            guard ids.contains(id) else { throw missing(id, from: checkpoints.storage, ids) }
            let checkpoint = try checkpoints.storage.checkpoint(id)
            try checkpoint.verify()
            return Recovery(checkpoint: checkpoint, checkpoints: checkpoints)
        case .latest:
            return try newest(of: checkpoints.storage, checkpoints)
        case .savepoint(let storage):
            if let own = try newest(of: checkpoints.storage, checkpoints) { return own }
            guard let savepoint = try newest(of: storage, checkpoints) else {
                throw StreamError(
                    .damagedCheckpoint, "'\(storage.label)' holds no savepoint; check its path")
            }
            return savepoint
        }
    }

    private static func missing(
        _ id: UInt64, from storage: any CheckpointStorage, _ ids: [UInt64]
    ) -> StreamError {
        let newest = ids.reversed().prefix(10).map { "\($0)" }.joined(separator: ", ")
        let more = ids.count > 10 ? " and \(ids.count - 10) older ones" : ""
        return StreamError(
            .damagedCheckpoint,
            "'\(storage.label)' has no checkpoint \(id)"
                + (ids.isEmpty ? ", and no other" : "; it has \(newest)\(more)"))
    }

    private static func newest(
        of storage: any CheckpointStorage, _ checkpoints: Checkpoints
    ) throws -> Recovery? {
        let ids = try storage.checkpointIDs()
        for id in ids.reversed() {
            do {
                let checkpoint = try storage.checkpoint(id)
                try checkpoint.verify()
                return Recovery(checkpoint: checkpoint, checkpoints: checkpoints)
            } catch let error as StreamError where error.code == .damagedCheckpoint {
                // Only what is damaged: going on from an older checkpoint takes results back, which a disk
                // that does not answer for once must not cause.
                checkpoints.observer?(.skipped(error))
            }
        }
        if ids.isEmpty { return nil }
        throw StreamError(
            .damagedCheckpoint,
            "none of the \(ids.count) checkpoints in '\(storage.label)' is whole; restore one from a "
                + "copy, or begin anew in another directory or with Checkpoints.Start.anew")
    }

    /// The state of an operator's earlier instances.
    func states(of name: String, kind: StateKind) -> [RestoredState] {
        let stored = checkpoints.storedName(of: name)
        return checkpoint.states(of: stored, kind: kind)
    }

    /// The splits of a source, as they had been read.
    func splits(of name: String) throws -> [SplitState] {
        let all = GroupOwnership(groups: KeyGroups(), range: 0..<KeyGroups().count)
        return try states(of: name, kind: .source).map {
            try $0.snapshot(as: SplitState.self, owning: all)
        }
    }
}
