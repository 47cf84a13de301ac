/// A record of an event log, in the reader's memory.
///
/// Valid only during the call that it is passed to.
public struct EventLogRecord {
    // Safety: the reader keeps the bytes from `start` on alive and unchanged during the call, and has
    // checked that they hold the whole record.
    @usableFromInline let start: UnsafeRawPointer
    @usableFromInline let keyLength: UInt32
    @usableFromInline let valueLength: UInt32
    /// The record's number in its partition.
    public let offset: Int64

    @inlinable @inline(__always)
    init(_ start: UnsafeRawPointer, offset: Int64) {
        self.start = start
        self.offset = offset
        keyLength = UInt32(littleEndian: start.loadUnaligned(fromByteOffset: 8, as: UInt32.self))
        valueLength = UInt32(
            littleEndian: start.loadUnaligned(fromByteOffset: 12, as: UInt32.self))
    }

    /// The event's time; ``Timestamp/none`` if it was appended without.
    @inlinable @inline(__always)
    public var timestamp: Timestamp {
        Timestamp(millis: Int64(littleEndian: start.loadUnaligned(as: Int64.self)))
    }

    @inlinable @inline(__always)
    var keyBytes: Int { keyLength == .max ? 0 : Int(keyLength) }

    @inlinable @inline(__always)
    var byteCount: Int { 16 &+ keyBytes &+ Int(valueLength) }

    /// The key; `nil` if it was appended without.
    @inlinable
    public var key: UnsafeRawBufferPointer? {
        keyLength == .max ? nil : UnsafeRawBufferPointer(start: start + 16, count: keyBytes)
    }

    /// The content.
    @inlinable @inline(__always)
    public var value: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: start + (16 &+ keyBytes), count: Int(valueLength))
    }
}

/// Where reading a partition begins.
public enum EventLogStart: Sendable, Hashable {
    /// At the oldest record that there is.
    case earliest
    /// Behind the newest record.
    case latest
    /// At a record's number.
    case offset(Int64)
    /// At the first record, in the log's order, that is not older than this.
    case time(Timestamp)
}
