internal import CMillrace
internal import Synchronization

/// Who besides its table needs a segment: checkpoints that have yet to write it, and readers.
///
/// A checkpoint needs the contents, not the memory. So a table that is about to write takes the memory
/// back, and leaves the checkpoint the contents packed; behind a checkpoint that has written the segment,
/// it takes the memory and leaves nothing. Only what readers may look at, or what is being written right
/// now, is copied.
///
/// Safety: `@unchecked Sendable` because what is not atomic is used only by who holds the lock.
@usableFromInline
class KeySegmentSharing: @unchecked Sendable {
    private let isLocked = Atomic(false)
    /// How many checkpoints have yet to write the segment. Raised by the table alone.
    private let awaitingCount = Atomic(0)
    /// Whether a snapshot that is not only for a checkpoint holds the segment.
    private let hasReaders = Atomic(false)
    /// Whether the table goes on with a copy.
    private let isReplaced = Atomic(false)
    /// Whether the memory belongs to another segment, or is gone.
    @usableFromInline final var isMoved = false
    /// The contents for the checkpoints that have yet to write them, where the memory has moved.
    @usableFromInline final var packed: [UInt8]?

    @usableFromInline
    init() {}

    // MARK: The lock

    /// Held while the contents are read for a checkpoint or packed: less than a millisecond for values
    /// of fixed layout. A table never waits for it.
    @usableFromInline
    final func lock() {
        // By yielding, because a table packs only a segment at a time.
        while !tryLock() { millrace_yield() }
    }

    @usableFromInline
    final func tryLock() -> Bool {
        isLocked.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged
    }

    @usableFromInline
    final func unlock() { isLocked.store(false, ordering: .releasing) }

    // MARK: From the table

    /// A checkpoint is to write the contents as they are now.
    @usableFromInline
    final func awaitWriting() { awaitingCount.add(1, ordering: .relaxed) }

    /// A snapshot may be read by anybody from now on.
    @usableFromInline
    final func admitReaders() { hasReaders.store(true, ordering: .relaxed) }

    /// Nobody but the table has a reference any more.
    @usableFromInline
    final func becomeUnshared() {
        awaitingCount.store(0, ordering: .relaxed)
        hasReaders.store(false, ordering: .relaxed)
    }

    /// Whether the memory may be taken away once the contents are packed; then the lock is held.
    @usableFromInline
    final func beginTaking() -> Bool {
        !hasReaders.load(ordering: .relaxed) && tryLock()
    }

    /// The table goes on with a copy of the segment, and needs this one no more.
    @usableFromInline
    final func replaced() {
        isReplaced.store(true, ordering: .releasing)
        guard tryLock() else { return }
        releaseIfWritten()
        unlock()
    }

    // MARK: From a checkpoint, with the lock held

    /// Whether a checkpoint has yet to write the segment.
    @usableFromInline
    final var isAwaited: Bool { awaitingCount.load(ordering: .relaxed) > 0 }

    /// A checkpoint has written the contents, or found that it need not.
    final func written() {
        let left = awaitingCount.subtract(1, ordering: .relaxed).newValue
        if left <= 0 && isMoved { packed = nil }
        releaseIfWritten()
    }

    private func releaseIfWritten() {
        let isNeeded = isAwaited || isMoved || hasReaders.load(ordering: .relaxed)
        if !isNeeded && isReplaced.load(ordering: .acquiring) { releaseMemory() }
    }

    /// Drops the contents and gives the memory back.
    @usableFromInline
    func releaseMemory() {}
}
