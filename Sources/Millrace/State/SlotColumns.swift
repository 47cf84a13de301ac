/// Slots of trivial types in few bytes: of each word of a slot, only the bytes in which the used slots
/// differ.
///
/// Column `n` consists of the `n`-th words of all slots. Numbers below a thousand differ in two of their
/// eight bytes; the rest, and what pads a slot, is stored once for the column.
struct SlotColumns {
    /// The bytes of a word in which the slots differ, and the word that has the others.
    struct Column {
        var reference: UInt64
        var firstByte: Int
        var byteCount: Int

        /// A column of which every byte is kept.
        static var whole: Column { Column(reference: 0, firstByte: 0, byteCount: 8) }

        /// The column of words that differ from the reference in no other bits than these.
        init(reference: UInt64, varying: UInt64) {
            self.reference = reference
            firstByte = varying == 0 ? 0 : varying.trailingZeroBitCount / 8
            byteCount =
                varying == 0 ? 0 : 8 - varying.leadingZeroBitCount / 8 - firstByte
        }

        init(reference: UInt64, firstByte: Int, byteCount: Int) {
            self.reference = reference
            self.firstByte = firstByte
            self.byteCount = byteCount
        }

        @inline(__always)
        func packed(_ word: UInt64) -> UInt64 {
            (word ^ reference) &>> UInt64(truncatingIfNeeded: 8 &* firstByte)
        }

        @inline(__always)
        func word(ofPacked packed: UInt64) -> UInt64 {
            // A shift by all 64 bits would be one by none.
            let mask: UInt64 = byteCount == 0 ? 0 : ~0 &>> UInt64(64 - 8 * byteCount)
            return ((packed & mask) &<< UInt64(truncatingIfNeeded: 8 &* firstByte)) ^ reference
        }
    }

    /// How many bytes follow the packed slots, so that every column can be read as a whole word.
    static let padding = 8
    /// How many bytes describe a column.
    static let columnSize = 10

    var columns: [Column]

    /// How many bytes a packed slot has.
    var width: Int { columns.reduce(0) { $0 + $1.byteCount } }

    // MARK: - Packing

    /// The columns' descriptions, a bit for each slot that says whether it is used, and the used slots;
    /// all behind `header`.
    ///
    /// Safety: there are `capacity` slots of `stride` bytes at `base`, both multiples of 8, of which those
    /// whose first word is not 0 are used; they are `count`.
    static func pack(
        _ base: UnsafeRawPointer, capacity: Int, stride: Int, count: Int, behind header: [UInt8]
    ) -> [UInt8] {
        // So that the most common sizes have loops of their own.
        switch stride / 8 {
        case 2: pack(base, capacity, columnCount: 2, count, header)
        case 3: pack(base, capacity, columnCount: 3, count, header)
        case 4: pack(base, capacity, columnCount: 4, count, header)
        default: pack(base, capacity, columnCount: stride / 8, count, header)
        }
    }

    @inline(__always)
    private static func pack(
        _ base: UnsafeRawPointer, _ capacity: Int, columnCount: Int, _ count: Int,
        _ header: [UInt8]
    ) -> [UInt8] {
        let columns = columns(base, capacity, columnCount)
        let width = columns.reduce(0) { $0 + $1.byteCount }
        let described = header.count + columnCount * columnSize
        let size = described + capacity / 8 + count * width
        return [UInt8](unsafeUninitializedCapacity: size + padding) { bytes, initializedCount in
            guard let start = bytes.baseAddress.map(UnsafeMutableRawPointer.init) else { return }
            header.withUnsafeBytes { header in
                if let address = header.baseAddress {
                    start.copyMemory(from: address, byteCount: header.count)
                }
            }
            for (index, column) in columns.enumerated() {
                let place = start + header.count + index * columnSize
                place.storeBytes(of: column.reference.littleEndian, as: UInt64.self)
                place.storeBytes(
                    of: UInt8(column.firstByte), toByteOffset: 8, as: UInt8.self)
                place.storeBytes(
                    of: UInt8(column.byteCount), toByteOffset: 9, as: UInt8.self)
            }
            packSlots(
                base, capacity, columnCount, columns, bitmap: start + described,
                to: start + described + capacity / 8)
            initializedCount = size
        }
    }

    /// In which bytes the used slots differ.
    @inline(__always)
    private static func columns(
        _ base: UnsafeRawPointer, _ capacity: Int, _ columnCount: Int
    ) -> [Column] {
        let stride = columnCount &* 8
        guard let first = (0..<capacity).first(where: { word(base, $0 &* stride) != 0 }) else {
            return (0..<columnCount).map { _ in Column(reference: 0, varying: 0) }
        }
        return withUnsafeTemporaryAllocation(of: UInt64.self, capacity: columnCount) { varying in
            varying.initialize(repeating: 0)
            let reference = base + first &* stride
            for slot in 0..<capacity {
                let address = base + slot &* stride
                // No branch: whether a slot is used is as good as random.
                let used: UInt64 = word(address, 0) == 0 ? 0 : ~0
                for column in 0..<columnCount {
                    let difference = word(address, 8 &* column) ^ word(reference, 8 &* column)
                    varying[column] |= difference & used
                }
            }
            return (0..<columnCount).map {
                Column(reference: word(reference, 8 * $0), varying: varying[$0])
            }
        }
    }

    @inline(__always)
    private static func packSlots(
        _ base: UnsafeRawPointer, _ capacity: Int, _ columnCount: Int, _ columns: [Column],
        bitmap: UnsafeMutableRawPointer, to packed: UnsafeMutableRawPointer
    ) {
        let stride = columnCount &* 8
        var next = packed
        columns.withUnsafeBufferPointer { columns in
            for group in 0..<capacity / 8 {
                let start = base + group &* 8 &* stride
                var used: UInt8 = 0
                for slot in 0..<8 {
                    used |= (word(start, slot &* stride) == 0 ? 0 : 1) &<< UInt8(slot)
                }
                bitmap.storeBytes(of: used, toByteOffset: group, as: UInt8.self)
                while used != 0 {
                    let address = start + used.trailingZeroBitCount &* stride
                    used &= used &- 1
                    for index in 0..<columnCount {
                        let column = columns[index]
                        // What is stored beyond the column's bytes is overwritten by what follows.
                        next.storeBytes(
                            of: column.packed(word(address, 8 &* index)).littleEndian,
                            as: UInt64.self)
                        next += column.byteCount
                    }
                }
            }
        }
    }

    @inline(__always)
    private static func word(_ address: UnsafeRawPointer, _ offset: Int) -> UInt64 {
        address.load(fromByteOffset: offset, as: UInt64.self)
    }

    // MARK: - Unpacking

    /// Writes the words of a slot from its packed bytes, behind which ``padding`` bytes can be read.
    @inline(__always)
    func unpack(_ packed: UnsafeRawPointer, to slot: UnsafeMutableRawPointer) {
        var next = packed
        for (index, column) in columns.enumerated() {
            let word = column.word(
                ofPacked: UInt64(littleEndian: next.loadUnaligned(as: UInt64.self)))
            slot.storeBytes(of: word, toByteOffset: 8 &* index, as: UInt64.self)
            next += column.byteCount
        }
    }

    /// Writes the used slots to their places.
    ///
    /// Safety: there is room for as many slots as the bitmap has bits, and `packed` holds as many as it has
    /// ones, and ``padding`` bytes.
    func unpack(_ packed: [UInt8], _ bitmap: [UInt8], to base: UnsafeMutableRawPointer) {
        let stride = 8 * columns.count
        let width = width
        packed.withUnsafeBytes { packed in
            guard var next = packed.baseAddress else { return }
            for (group, bits) in bitmap.enumerated() {
                var used = bits
                while used != 0 {
                    unpack(next, to: base + (group &* 8 &+ used.trailingZeroBitCount) &* stride)
                    used &= used &- 1
                    next += width
                }
            }
        }
    }
}
