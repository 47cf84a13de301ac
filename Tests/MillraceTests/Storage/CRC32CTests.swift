import MillraceTesting
import Testing

@testable import Millrace

@Suite struct CRC32CTests {
    /// The check value of the algorithm, and the examples of RFC 3720 appendix B.4.
    static let known: [(bytes: [UInt8], checksum: UInt32)] = [
        ([], 0),
        (Array("123456789".utf8), 0xE306_9283),
        ([UInt8](repeating: 0, count: 32), 0x8A91_36AA),
        ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43),
        (Array(0..<32), 0x46DD_794E),
        (Array((0..<32).reversed()), 0x113F_DB5C),
    ]

    @Test(arguments: known)
    func knownAnswers(bytes: [UInt8], checksum: UInt32) {
        bytes.withUnsafeBytes {
            #expect(CRC32C.checksum($0) == checksum)
            #expect(~CRC32C.tableStep(.max, $0) == checksum)
        }
    }

    @Test func theTablesAgreeWithTheProcessorAtEveryLengthAndAlignment() {
        var random = SeededGenerator(seed: 7)
        let bytes = (0..<600).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        bytes.withUnsafeBytes { all in
            for start in 0..<9 {
                for end in start..<all.count where end % 7 == start % 7 {
                    let part = UnsafeRawBufferPointer(rebasing: all[start..<end])
                    #expect(CRC32C.checksum(part) == ~CRC32C.tableStep(.max, part))
                }
            }
        }
    }

    @Test func piecesGiveTheChecksumOfTheWhole() {
        let bytes = (0..<100).map { UInt8($0) }
        bytes.withUnsafeBytes { all in
            for cut in 0...100 {
                var crc = CRC32C()
                crc.update(UnsafeRawBufferPointer(rebasing: all[..<cut]))
                crc.update(UnsafeRawBufferPointer(rebasing: all[cut...]))
                #expect(crc.value == CRC32C.checksum(all))
            }
        }
    }

    @Test func everyFlippedBitIsFound() {
        var bytes = (0..<64).map { UInt8(truncatingIfNeeded: $0 &* 37) }
        let checksum = bytes.withUnsafeBytes { CRC32C.checksum($0) }
        for bit in 0..<(bytes.count * 8) {
            bytes[bit / 8] ^= 1 << (bit % 8)
            #expect(bytes.withUnsafeBytes { CRC32C.checksum($0) } != checksum)
            bytes[bit / 8] ^= 1 << (bit % 8)
        }
    }
}
