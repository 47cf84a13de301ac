internal import Synchronization

/// Numbers the tables of a process, so that what one has written is not taken for another's.
@usableFromInline
enum KeyTableIdentity {
    private static let last = Atomic<UInt64>(0)

    @usableFromInline
    static func next() -> UInt64 { last.add(1, ordering: .relaxed).newValue }
}
