internal import CMillrace

/// CRC-32C (Castagnoli, the polynomial of iSCSI, RFC 3720 appendix B.4): the checksum of everything that
/// Millrace writes to disk.
///
/// Finds every error burst of up to 32 bits. It is no protection against somebody who changes both the
/// data and the checksum.
struct CRC32C {
    private var state: UInt32 = .max

    init() {}

    /// The checksum of the bytes so far.
    var value: UInt32 { ~state }

    /// Takes further bytes.
    /// - Complexity: O(*n*); by the processor's instruction about 8 bytes in 3 cycles.
    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress else { return }
        // Safety: the buffer is alive during the call, and `count` bounds what is read.
        state =
            Self.isAccelerated
            ? millrace_crc32c_step(state, base, bytes.count)
            : Self.tableStep(state, bytes)
    }

    /// The checksum of one run of bytes.
    static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        var crc = CRC32C()
        crc.update(bytes)
        return crc.value
    }

    static let isAccelerated = millrace_crc32c_is_accelerated()

    /// The checksum's state after further bytes, without the processor's help: eight bytes a step by eight
    /// tables ("slicing-by-8", Kounavis and Berry, ISCC 2005).
    static func tableStep(_ state: UInt32, _ bytes: UnsafeRawBufferPointer) -> UInt32 {
        var state = state
        var index = 0
        tables.withUnsafeBufferPointer { tables in
            while index &+ 8 <= bytes.count {
                var word = UInt64(
                    littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
                word ^= UInt64(state)
                state = 0
                for slice in 0..<8 {
                    state ^= tables[(7 &- slice) &* 256 &+ Int(word & 0xFF)]
                    word &>>= 8
                }
                index &+= 8
            }
            while index < bytes.count {
                state = tables[Int((state ^ UInt32(bytes[index])) & 0xFF)] ^ (state &>> 8)
                index &+= 1
            }
        }
        return state
    }

    /// Table `k` gives, for a byte, the state after that byte and `k` zero bytes.
    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 8 * 256)
        for byte in 0..<256 {
            var state = UInt32(byte)
            for _ in 0..<8 { state = (state >> 1) ^ (state & 1 == 1 ? 0x82F6_3B78 : 0) }
            tables[byte] = state
        }
        for index in 256..<tables.count {
            let before = tables[index - 256]
            tables[index] = tables[Int(before & 0xFF)] ^ (before >> 8)
        }
        return tables
    }()
}
