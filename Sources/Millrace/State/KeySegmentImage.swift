/// The used slots of a segment as bytes: which slots they are, and their memory.
///
/// Keys and values are trivial, so nothing is encoded or hashed: writing and reading copy memory.
struct KeySegmentImage<Key: StreamKey, Value: Sendable> {
    private typealias Slot = KeySlot<Key, Value>

    /// Changes when slots are placed by another rule.
    private static var placement: UInt8 { 1 }

    let capacity: Int
    let salt: UInt64
    private let header: [Int]
    private let bitmap: [UInt8]
    private let packed: [UInt8]
    private let used: Int

    /// The layout of a slot: size, and where key and value are.
    private static var layout: [Int] {
        [Slot.stride, Slot.keyIsWord ? 1 : 0, Slot.keyOffset, Slot.valueOffset]
    }

    // MARK: - Writing

    static func write(_ slots: KeySegmentSlots<Key, Value>, to bytes: inout [UInt8]) {
        let stride = Slot.stride
        let capacity = slots.capacity
        bytes.reserveCapacity(64 + capacity / 8 + Int(slots.count) * stride)
        bytes.append(KeySegmentForm.image)
        bytes.append(placement)
        for number in layout + [Int(slots.count), capacity] { append(UInt64(number), to: &bytes) }
        append(slots.salt, to: &bytes)
        let bitmapStart = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: (capacity + 7) / 8))
        let base = slots.base
        for slot in 0..<capacity {
            let address = base + slot * stride
            if address.load(as: UInt64.self) == 0 { continue }
            bytes[bitmapStart + slot / 8] |= 1 << UInt8(slot % 8)
            bytes.append(contentsOf: UnsafeRawBufferPointer(start: address, count: stride))
        }
    }

    private static func append(_ number: UInt64, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }

    // MARK: - Reading

    /// Reads an image whose form has been read.
    init(from reader: inout StateReader) throws {
        var header: [Int] = [Int(try reader.read(UInt8.self))]
        for _ in 0..<6 { header.append(Int(truncatingIfNeeded: try reader.read(UInt64.self))) }
        salt = try reader.read(UInt64.self)
        (used, capacity) = (header[5], header[6])
        self.header = header
        let isSound =
            capacity >= 8 && capacity & (capacity - 1) == 0 && capacity <= 1 << 31
            // A search ends at an empty slot, so there is one.
            && (0..<capacity).contains(used) && (8...1 << 20).contains(header[1])
            && (8...header[1]).contains(header[3]) && (8...header[1]).contains(header[4])
        guard isSound else { throw StateReader.damaged("a segment") }
        bitmap = try reader.withRawBytes((capacity + 7) / 8) { Array($0) }
        packed = try reader.withRawBytes(used * header[1]) { Array($0) }
        guard bitmap.reduce(0, { $0 + $1.nonzeroBitCount }) == used, wordsAreUsed else {
            throw StateReader.damaged("a segment")
        }
    }

    /// Whether no packed slot looks like an empty one.
    private var wordsAreUsed: Bool {
        packed.withUnsafeBytes { packed in
            stride(from: 0, to: packed.count, by: header[1])
                .allSatisfy { packed.loadUnaligned(fromByteOffset: $0, as: UInt64.self) != 0 }
        }
    }

    /// Whether the slots can be put back as they are.
    var fits: Bool { header[0] == Int(Self.placement) && Array(header[1...4]) == Self.layout }

    /// Puts the slots into an empty segment of the same capacity.
    func fill(_ slots: inout KeySegmentSlots<Key, Value>) {
        let stride = Slot.stride
        let base = slots.base
        packed.withUnsafeBytes { packed in
            // Safety: `fits` holds, the segment has `capacity` slots, and the bitmap has as many ones as there
            // are packed slots. The types are trivial.
            guard var next = packed.baseAddress else { return }
            for slot in 0..<capacity where bitmap[slot / 8] & (1 << UInt8(slot % 8)) != 0 {
                (base + slot * stride).copyMemory(from: next, byteCount: stride)
                next += stride
            }
        }
        slots.count = UInt32(used)
    }

    /// Passes the entries of an image that cannot be put back: the layout or a type has changed.
    func forEach(
        _ key: StateCodec<Key>, _ value: StateCodec<Value>, _ reader: StateReader,
        _ body: (Key, Value) -> Void
    ) throws {
        let (stride, keyIsWord, keyOffset, valueOffset) = (
            header[1], header[2] == 1, header[3], header[4]
        )
        var reader = reader
        for index in 0..<used {
            let slot = Array(packed[index * stride..<(index + 1) * stride])
            let stored: Key
            if keyIsWord {
                let word = slot.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
                // By its codec, because the key's type may have changed since.
                let bits = withUnsafeBytes(of: (word ^ salt).littleEndian) { Array($0) }
                stored = try reader.decode(bits[...], by: key)
            } else {
                stored = try reader.decode(slot[keyOffset...], by: key)
            }
            body(stored, try reader.decode(slot[valueOffset...], by: value))
        }
    }
}

extension StateReader {
    /// Decodes a value from other bytes, which may lack the padding at their end.
    mutating func decode<Value>(
        _ bytes: ArraySlice<UInt8>, by codec: StateCodec<Value>
    ) throws -> Value {
        try withBytes(Array(bytes) + [UInt8](repeating: 0, count: 16)) { try codec.decode(&$0) }
    }
}
