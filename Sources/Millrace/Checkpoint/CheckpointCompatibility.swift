/// Decides at the start of a run whether its topology can take over stored state.
///
/// A new operator begins without state: safe. A stored operator that the topology no longer has needs a new
/// name or leave to be dropped; state is never dropped silently.
struct CheckpointCompatibility {
    let manifest: CheckpointManifest
    let checkpoints: Checkpoints
    let graph: LogicalGraph
    let keyGroups: KeyGroups

    /// - Throws: ``StreamError`` with code `incompatibleState` that lists everything that does not fit.
    func check() throws {
        var problems: [String] = []
        if manifest.keyGroups != keyGroups.count {
            problems.append(
                "it has \(manifest.keyGroups) key groups, the run \(keyGroups.count); set "
                    + "RunOptions.keyGroups to \(manifest.keyGroups)")
        }
        let names = Set(graph.nodes.map(\.name))
        for entry in manifest.operators
        where entry.kind != StateKind.channel.rawValue && !entry.isStateless {
            let name = baseName(checkpoints.currentName(of: entry.name))
            if names.contains(name) || checkpoints.droppedOperators.contains(entry.name) {
                continue
            }
            problems.append(
                "the topology has no '\(name)', which has stored state; name its successor in "
                    + "renamedOperators, or give leave to drop it in droppedOperators")
        }
        if problems.isEmpty { return }
        throw StreamError(
            .incompatibleState,
            "checkpoint \(manifest.id) of '\(manifest.topology)' does not fit the topology: "
                + problems.joined(separator: "; "))
    }

    /// - Throws: ``StreamError`` with code `incompatibleState` if data on its way has nowhere to go.
    func check(exchanges: Set<String>) throws {
        for entry in manifest.operators
        where entry.kind == StateKind.channel.rawValue && !exchanges.contains(entry.name) {
            throw StreamError(
                .incompatibleState,
                "checkpoint \(manifest.id) holds data on its way to '\(entry.name)', an exchange that the "
                    + "run does not have; keep the parallelism, or begin from a savepoint")
        }
    }

    /// The name of the operator of which this is a part.
    private func baseName(_ name: String) -> String {
        name.hasSuffix(" (send)") ? String(name.dropLast(7)) : name
    }
}

extension Checkpoints {
    /// The name of a stored operator in the topology as it is now.
    func currentName(of stored: String) -> String { renamedOperators[stored] ?? stored }
}
