import MillraceTesting
import Testing

@testable import Millrace

/// What is taken for UTF-8, against the standard library.
@Suite struct ByteTextTests {
    private func isValidUTF8(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBufferPointer { bytes in
            bytes.baseAddress.map { ByteText(start: $0, count: bytes.count).isValidUTF8 } ?? true
        }
    }

    /// Every pair of first bytes, cut off and continued.
    @Test(arguments: [[], [0x80], [0x80, 0xBF], [0x41], [0x80, 0x41], [0xC0]] as [[UInt8]])
    func firstBytes(rest: [UInt8]) {
        for first in UInt8.min...UInt8.max {
            for second in UInt8.min...UInt8.max {
                let bytes = [first, second] + rest
                let isValid = String(validating: bytes, as: UTF8.self) != nil
                if isValidUTF8(bytes) != isValid { Issue.record("\(bytes) is valid: \(isValid)") }
            }
        }
    }

    @Test(arguments: 0..<10)
    func damagedTexts(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let characters: [Character] = ["a", "é", "€", "😀", "\u{10FFFF}", "\u{D7FF}", "\u{E000}"]
        for _ in 0..<500 {
            let count = Int.random(in: 0...12, using: &random)
            var bytes = Array(
                String((0..<count).map { _ in characters.randomElement(using: &random) ?? "x" })
                    .utf8)
            #expect(isValidUTF8(bytes))
            guard let place = bytes.indices.randomElement(using: &random) else { continue }
            bytes[place] = UInt8.random(in: 0...255, using: &random)
            #expect(
                isValidUTF8(bytes) == (String(validating: bytes, as: UTF8.self) != nil), "\(bytes)")
        }
    }
}
