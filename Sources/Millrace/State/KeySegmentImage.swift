/// The used slots of a segment as bytes: which slots they are, and what is in them.
///
/// Keys and values are trivial, so nothing is encoded or hashed: writing and reading move words.
@usableFromInline
struct KeySegmentImage<Key: StreamKey, Value: Sendable> {
    private typealias Slot = KeySlot<Key, Value>

    /// Changes when slots are placed by another rule.
    private static var placement: UInt8 { 1 }

    let capacity: Int
    let salt: UInt64
    private let header: [Int]
    private let columns: SlotColumns
    private let bitmap: [UInt8]
    /// With the padding that the columns ask for.
    private let packed: [UInt8]
    private let used: Int

    /// The layout of a slot: size, and where key and value are.
    private static var layout: [Int] {
        [Slot.stride, Slot.keyIsWord ? 1 : 0, Slot.keyOffset, Slot.valueOffset]
    }

    // MARK: - Writing

    /// The slots as a block of a checkpoint.
    @usableFromInline
    static func bytes(of slots: KeySegmentSlots<Key, Value>) -> [UInt8] {
        var header = [KeySegmentForm.columns, placement]
        for number in layout + [Int(slots.count), slots.capacity] {
            append(UInt64(number), to: &header)
        }
        append(slots.salt, to: &header)
        return SlotColumns.pack(
            slots.base, capacity: slots.capacity, stride: Slot.stride, count: Int(slots.count),
            behind: header)
    }

    private static func append(_ number: UInt64, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }

    // MARK: - Reading

    /// Reads an image whose form has been read.
    init(from reader: inout StateReader, form: UInt8) throws {
        var header: [Int] = [Int(try reader.read(UInt8.self))]
        for _ in 0..<6 { header.append(Int(truncatingIfNeeded: try reader.read(UInt64.self))) }
        salt = try reader.read(UInt64.self)
        (used, capacity) = (header[5], header[6])
        self.header = header
        let isSound =
            capacity >= 8 && capacity & (capacity - 1) == 0 && capacity <= 1 << 31
            // A search ends at an empty slot, so there is one.
            && (0..<capacity).contains(used) && (8...1 << 20).contains(header[1])
            && header[1] % 8 == 0 && (8...header[1]).contains(header[3])
            && (8...header[1]).contains(header[4])
        guard isSound else { throw StateReader.damaged("a segment") }
        columns = try Self.readColumns(header[1] / 8, from: &reader, form: form)
        bitmap = try reader.withRawBytes(capacity / 8) { Array($0) }
        packed = try reader.withRawBytes(used * columns.width) {
            Array($0) + [UInt8](repeating: 0, count: SlotColumns.padding)
        }
        guard bitmap.reduce(0, { $0 + $1.nonzeroBitCount }) == used, wordsAreUsed else {
            throw StateReader.damaged("a segment")
        }
    }

    private static func readColumns(
        _ count: Int, from reader: inout StateReader, form: UInt8
    ) throws -> SlotColumns {
        if form == KeySegmentForm.image {
            return SlotColumns(columns: Array(repeating: .whole, count: count))
        }
        var columns: [SlotColumns.Column] = []
        for _ in 0..<count {
            let column = SlotColumns.Column(
                reference: try reader.read(UInt64.self),
                firstByte: Int(try reader.read(UInt8.self)),
                byteCount: Int(try reader.read(UInt8.self)))
            guard column.firstByte < 8, column.firstByte + column.byteCount <= 8 else {
                throw StateReader.damaged("a segment")
            }
            columns.append(column)
        }
        return SlotColumns(columns: columns)
    }

    /// Whether no packed slot looks like an empty one.
    private var wordsAreUsed: Bool {
        let (first, width) = (columns.columns[0], columns.width)
        return packed.withUnsafeBytes { packed in
            (0..<used).allSatisfy {
                let word = packed.loadUnaligned(fromByteOffset: $0 * width, as: UInt64.self)
                return first.word(ofPacked: UInt64(littleEndian: word)) != 0
            }
        }
    }

    /// Whether the slots can be put back as they are.
    var fits: Bool { header[0] == Int(Self.placement) && Array(header[1...4]) == Self.layout }

    /// Puts the slots into an empty segment of the same capacity.
    func fill(_ slots: inout KeySegmentSlots<Key, Value>) {
        // Safety: `fits` holds, the segment has `capacity` slots, and the bitmap has as many ones as there
        // are packed slots. The types are trivial.
        columns.unpack(packed, bitmap, to: slots.base)
        slots.count = UInt32(used)
    }

    /// Passes the entries of an image that cannot be put back: the layout or a type has changed.
    func forEach(
        _ key: StateCodec<Key>, _ value: StateCodec<Value>, _ reader: StateReader,
        _ body: (Key, Value) -> Void
    ) throws {
        let (keyIsWord, keyOffset, valueOffset) = (header[2] == 1, header[3], header[4])
        var reader = reader
        for index in 0..<used {
            let slot = slot(index)
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

    /// The bytes of a used slot as they were.
    private func slot(_ index: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: header[1]) { slot, initializedCount in
            packed.withUnsafeBytes { packed in
                guard let from = packed.baseAddress, let to = slot.baseAddress else { return }
                columns.unpack(from + index * columns.width, to: UnsafeMutableRawPointer(to))
                initializedCount = header[1]
            }
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
