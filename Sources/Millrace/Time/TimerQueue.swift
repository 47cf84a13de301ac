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

/// The timers of one domain, in the order in which they are due.
///
/// Setting a timer twice is setting it once. A deleted timer stays in the heap until its time comes, and
/// is skipped then.
@usableFromInline
struct TimerQueue<Key: StreamKey>: Sendable {
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
    @usableFromInline var active: [KeyedTimer<Key>: UInt64] = [:]
    @usableFromInline var nextNumber: UInt64 = 0

    @inlinable
    init() {}

    /// Sets a timer.
    /// - Complexity: O(log n).
    @inlinable
    mutating func set(_ timer: KeyedTimer<Key>) {
        if active[timer] != nil { return }
        active[timer] = nextNumber
        heap.insert(Entry(timer: timer, number: nextNumber))
        nextNumber += 1
    }

    /// Deletes a timer, if it is set.
    @inlinable
    mutating func delete(_ timer: KeyedTimer<Key>) { active[timer] = nil }

    /// Takes out the first timer that is due at or before `time`.
    /// - Complexity: O(log n) on average.
    @inlinable
    mutating func popDue(upTo time: Timestamp) -> KeyedTimer<Key>? {
        while let first = heap.first, first.timer.timestamp <= time {
            heap.popFirst()
            if active[first.timer] == first.number {
                active[first.timer] = nil
                return first.timer
            }
        }
        return nil
    }

    /// When the next timer is due; a deleted timer may make it too early.
    @inlinable
    var earliest: Timestamp? { active.isEmpty ? nil : heap.first?.timer.timestamp }
}
