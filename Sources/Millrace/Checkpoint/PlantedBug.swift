/// A mistake that tests make the library make, to show that the simulator finds it.
package enum PlantedBug: String, Sendable, CaseIterable {
    /// Sinks publish before the checkpoint is complete.
    case commitBeforeManifest
    /// Data files are not synchronised before the manifest is written.
    case missingSync
    /// Windows forget how far event time had come.
    case watermarkNotRestored
    /// A worker does not wait for the barrier of its other inputs.
    case barrierNotAligned
    /// Timers are dropped where an operator takes over only a part of the keys.
    case timersLostOnRescale
    /// A worker that takes over a part of the keys keeps the state of more keys than it owns.
    case keyGroupsKeptOnRescale
    /// A checkpoint goes on without the sink that could not prepare its transaction.
    case failedPrepareSwallowed

    /// The mistake that is made by what runs in this task and its children.
    @TaskLocal package static var current: PlantedBug?
}

extension GroupOwnership {
    /// Whether an operator that owns only a part of the keys is to drop its timers.
    @usableFromInline
    var losesTimers: Bool {
        PlantedBug.current == .timersLostOnRescale && range.count < groups.count
    }
    /// The keys that are taken over from earlier instances: those that are owned.
    @usableFromInline
    var takenOver: GroupOwnership {
        guard PlantedBug.current == .keyGroupsKeptOnRescale, range.count < groups.count else {
            return self
        }
        let end = min(range.upperBound + groups.count / 4, groups.count)
        return GroupOwnership(groups: groups, range: range.lowerBound..<end)
    }
}
