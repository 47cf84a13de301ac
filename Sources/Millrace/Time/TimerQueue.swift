/// A point in time at which a key wants to be called back.
public struct KeyedTimer<Key: StreamKey>: Hashable, Sendable {
    /// Which time the timer waits for.
    public enum Domain: Hashable, Sendable {
        /// The watermark.
        case eventTime
        /// The clock.
        case processingTime
    }

    /// The key that set the timer.
    public var key: Key
    /// Tells several timers of one key apart.
    public var name: String
    /// When the timer is due.
    public var timestamp: Timestamp
    /// Which time it waits for.
    public var domain: Domain

    @inlinable
    init(key: Key, name: String, timestamp: Timestamp, domain: Domain) {
        self.key = key
        self.name = name
        self.timestamp = timestamp
        self.domain = domain
    }
}

extension KeyedTimer: StreamKey {
    /// Shares the bits that choose the key group with the key's hash: timers live where their key does.
    @inlinable
    public var stableHash: UInt64 {
        let hash = key.stableHash
        var mixed = hash.combining(timestamp.stableHash)
        if !name.isEmpty { mixed = mixed.combining(name.stableHash) }
        return hash ^ (mixed >> 16)
    }
}

/// The timers of one domain, in the order in which they are due.
///
/// Setting a timer twice is setting it once. A deleted timer stays in the heap until its time comes, or
/// until deleted ones outnumber the others, so that timers that are put off with every element take no more
/// memory than those that are set.
@usableFromInline
struct TimerQueue<Key: StreamKey>: ~Copyable {
    @usableFromInline
    struct Entry: Sendable, Comparable {
        @usableFromInline var timer: KeyedTimer<Key>
        /// Breaks ties: timers of one time fire in the order in which they were set.
        @usableFromInline var number: UInt64

        @inlinable
        init(timer: KeyedTimer<Key>, number: UInt64) {
            self.timer = timer
            self.number = number
        }

        @inlinable
        static func < (a: Entry, b: Entry) -> Bool {
            a.timer.timestamp != b.timer.timestamp
                ? a.timer.timestamp < b.timer.timestamp : a.number < b.number
        }
    }

    @usableFromInline var heap = MinHeap<Entry>()
    /// The timers that are set, with the number of their entry in the heap.
    @usableFromInline var active = KeyTable<KeyedTimer<Key>, UInt64>()
    @usableFromInline var nextNumber: UInt64 = 0

    @inlinable
    init() {}

    /// How many timers are set.
    @inlinable var count: Int { active.count }

    /// Sets a timer.
    /// - Complexity: O(log n), amortised.
    @inlinable
    mutating func set(_ timer: KeyedTimer<Key>) {
        let number = nextNumber
        var isNew = false
        active.update(timer, hash: timer.stableHash, default: number) { isNew = $0 == number }
        guard isNew else { return }
        nextNumber += 1
        heap.insert(Entry(timer: timer, number: number))
        if heap.count > 2 * active.count + 64 { forgetDeleted() }
    }

    /// Deletes a timer, if it is set.
    @inlinable
    mutating func delete(_ timer: KeyedTimer<Key>) {
        active.removeValue(for: timer, hash: timer.stableHash)
    }

    /// Takes out the first timer that is due at or before `time`.
    /// - Complexity: O(log n) on average.
    @inlinable
    mutating func popDue(upTo time: Timestamp) -> KeyedTimer<Key>? {
        while let first = heap.first, first.timer.timestamp <= time {
            heap.popFirst()
            let hash = first.timer.stableHash
            if active.value(for: first.timer, hash: hash) == first.number {
                active.removeValue(for: first.timer, hash: hash)
                return first.timer
            }
        }
        return nil
    }

    /// When the next timer is due; a deleted timer may make it too early.
    @inlinable
    var earliest: Timestamp? { active.isEmpty ? nil : heap.first?.timer.timestamp }

    /// Rebuilds the heap from the timers that are set.
    @inlinable @inline(never)
    mutating func forgetDeleted() {
        var kept: ContiguousArray<Entry> = []
        kept.reserveCapacity(active.count)
        active.visit { timer, number in kept.append(Entry(timer: timer, number: number)) }
        heap = MinHeap(kept)
    }
}
