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

    /// The mistake that is made by what runs in this task and its children.
    @TaskLocal package static var current: PlantedBug?
}

extension GroupOwnership {
    /// Whether an operator that owns only a part of the keys is to drop its timers.
    @usableFromInline
    var losesTimers: Bool {
        PlantedBug.current == .timersLostOnRescale && range.count < groups.count
    }
}
