/// Decides at the start of a run whether its topology can take over stored state.
///
/// A new operator begins without state: safe. A stored operator that the topology no longer has needs a new
/// name or leave to be dropped; state is never dropped silently.
struct CheckpointCompatibility {
    let manifest: CheckpointManifest
    let checkpoints: Checkpoints
    /// The topology's name.
    let topology: String
    let graph: LogicalGraph
    let keyGroups: KeyGroups

    /// - Throws: ``StreamError`` with code `incompatibleState` that lists everything that does not fit.
    func check() throws {
        var problems: [String] = []
        var missing: Set<String> = []
        if manifest.topology != topology,
            !checkpoints.formerTopologyNames.contains(manifest.topology)
        {
            problems.append(
                "it is another topology's, this one is '\(topology)'; give the run a directory of its own, or, "
                    + "if the topology was renamed, name '\(manifest.topology)' in formerTopologyNames"
            )
        }
        if manifest.keyGroups != keyGroups.count {
            problems.append(
                "it has \(manifest.keyGroups) key groups, the run \(keyGroups.count); set "
                    + "RunOptions.keyGroups to \(manifest.keyGroups)")
        }
        let names = Set(graph.nodes.map(\.name))
        for entry in manifest.operators
        where entry.kind != StateKind.channel.rawValue && !entry.isStateless {
            let name = OperatorPart(checkpoints.currentName(of: entry.name)).name
            let dropped = checkpoints.droppedOperators
            if names.contains(name) || dropped.contains(entry.name)
                || dropped.contains(OperatorPart(entry.name).name) || !missing.insert(name).inserted
            {
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
}

extension Checkpoints {
    /// The name of a stored operator in the topology as it is now.
    func currentName(of stored: String) -> String {
        if let name = renamedOperators[stored] { return name }
        let part = OperatorPart(stored)
        return (renamedOperators[part.name] ?? part.name) + part.suffix
    }

    /// The name under which an operator of the topology was stored.
    func storedName(of current: String) -> String {
        if let stored = renamedOperators.first(where: { $0.value == current }) { return stored.key }
        let part = OperatorPart(current)
        let stored = renamedOperators.first { $0.value == part.name }
        return (stored?.key ?? part.name) + part.suffix
    }

    /// The error of an operator that cannot read what is stored under its name, with the ways out.
    func explained(_ error: any Error, of name: String) -> any Error {
        guard var explained = error as? StreamError, explained.code == .incompatibleState else {
            return error
        }
        explained.message +=
            "; if the operator computes something else now, give it a new name, and list "
            + "'\(OperatorPart(storedName(of: name)).name)' in droppedOperators"
        return explained
    }
}

/// An operator that aggregates before an exchange has state on both sides of it: under its name, and under its
/// name with a suffix.
private struct OperatorPart {
    let name: String
    let suffix: String

    init(_ stored: String) {
        suffix = stored.hasSuffix(" (send)") ? " (send)" : ""
        name = String(stored.dropLast(suffix.count))
    }
}
