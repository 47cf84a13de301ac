/// What a snapshot holds of a segment.
enum KeySegmentContents<Key: StreamKey, Value: Sendable> {
    case slots(KeySegmentSlots<Key, Value>)
    /// A block of a checkpoint.
    case packed([UInt8])
}

extension KeyTableSnapshot {
    /// Passes the slots of a segment, which may not be kept.
    @inlinable @inline(__always)
    func withSlots<Result>(
        ofSegment index: Int, _ body: (KeySegmentSlots<Key, Value>) throws -> Result
    ) rethrows -> Result {
        if isForCheckpoint {
            let restored = lockSlots(ofSegment: index)
            defer {
                if restored == nil { segments[index].unlock() }
                withExtendedLifetime(restored) {}
            }
            return try body(restored?.slots ?? slots[index])
        }
        defer { withExtendedLifetime(segments) {} }
        return try body(slots[index])
    }

    /// A segment of its own with the contents, if they are packed; else the segment stays locked.
    @usableFromInline
    func lockSlots(
        ofSegment index: Int
    ) -> (owner: KeySegment<Key, Value>, slots: KeySegmentSlots<Key, Value>)? {
        let segment = segments[index]
        segment.lock()
        guard segment.isMoved else { return nil }
        defer { segment.unlock() }
        guard let packed = segment.packed else {
            preconditionFailure("the snapshot has been written to a checkpoint")
        }
        do { return try restoredSegment(index, from: packed) } catch {
            preconditionFailure("this process has packed the segment: \(error)")
        }
    }

    /// A segment with the contents that were packed.
    func restoredSegment(
        _ index: Int, from packed: [UInt8]
    ) throws -> (owner: KeySegment<Key, Value>, slots: KeySegmentSlots<Key, Value>) {
        var reader = StateReader(packed)
        let form = try reader.read(UInt8.self)
        let image = try KeySegmentImage<Key, Value>(from: &reader, form: form)
        let owner = KeySegment<Key, Value>(capacity: image.capacity)
        var slots = KeySegmentSlots<Key, Value>(
            base: owner.base, capacity: image.capacity, multiplier: slots[index].multiplier,
            salt: image.salt)
        image.fill(&slots)
        return (owner, slots)
    }

    /// Passes the contents of a segment for a checkpoint, for which they need not be kept any longer if
    /// `isLast`.
    func withContents(
        ofSegment index: Int, isLast: Bool,
        _ body: (KeySegmentContents<Key, Value>) throws -> Void
    ) throws {
        let segment = segments[index]
        segment.lock()
        defer { segment.unlock() }
        if let packed = segment.packed {
            try body(.packed(packed))
        } else {
            precondition(!segment.isMoved, "the snapshot has been written to a checkpoint")
            try body(.slots(slots[index]))
        }
        if isLast { segment.written() }
    }

    /// A checkpoint need not write the segment.
    func release(segment index: Int) {
        let segment = segments[index]
        segment.lock()
        segment.written()
        segment.unlock()
    }
}
