import Foundation
import Millrace
import MillraceTesting
import Testing
import Topologies

@Suite struct IDTests {
    /// Numbers in usual and in other forms, at the ends of their range, and texts like them.
    static let texts = [
        "", "0", "-0", "+0", "00", "1", "-1", "+1", "01", "-01", "7", "007", "7 ", " 7", "7.0",
        "1e3",
        "9223372036854775807", "9223372036854775808", "-9223372036854775808",
        "-9223372036854775809", "12345678901234567890", "0x7", "٧", "a", "b", "aa", "a7", "-", "+",
        "é", "e\u{301}", "ada@example.org/a-long-text", "ada@example.org/a-long-texu",
    ]

    /// What orders ids: numbers by value, in front of other text by bytes.
    private func comesBefore(_ a: String, _ b: String) -> Bool {
        let numbers = [a, b].map { text in Int64(text).flatMap { "\($0)" == text ? $0 : nil } }
        switch (numbers[0], numbers[1]) {
        case (let a?, let b?): return a < b
        case (_?, nil): return true
        case (nil, _?): return false
        case (nil, nil): return a.utf8.lexicographicallyPrecedes(b.utf8)
        }
    }

    private func expectLikeTexts(_ a: String, _ b: String) {
        let isSame = Array(a.utf8) == Array(b.utf8)
        #expect((ID(a) == ID(b)) == isSame, "\(a) == \(b)")
        #expect((ID(a) < ID(b)) == comesBefore(a, b), "\(a) < \(b)")
        if isSame {
            #expect(ID(a).hashValue == ID(b).hashValue && ID(a).stableHash == ID(b).stableHash)
        }
    }

    @Test func idsAreLikeTheirTexts() {
        for a in Self.texts {
            #expect(Array(ID(a).description.utf8) == Array(a.utf8))
            for b in Self.texts { expectLikeTexts(a, b) }
        }
        #expect(ID("7").number == 7 && ID("-7").number == -7 && ID(7) == "7")
        for text in ["007", "+7", "-0", "1e3", "12345678901234567890", "a"] {
            #expect(ID(text).number == nil, "\(text)")
        }
    }

    /// Sets take the lowest bits of a hash, which multiples of a power of two have in common.
    @Test(arguments: [0, 8, 20, 40, 53])
    func numbersInStepsSpreadOverASet(shift: Int64) {
        // The seeds of sets are addresses.
        for seed in [0, 16, 0x7F3A_1C00_4A30, 0x5581_0001_7FF0] {
            let places = Set((0..<1024).map { ID($0 << shift)._rawHashValue(seed: seed) & 1023 })
            // Of balls thrown at random, 63 in a hundred find a place of their own.
            #expect(places.count > 550, "\(seed)")
        }
        #expect(ID(1)._rawHashValue(seed: 1) != ID(1)._rawHashValue(seed: 2))
    }

    @Test(arguments: 0..<20)
    func anyTextsAre(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let alphabet = Array("0123456789-+ea")
        func text() -> String {
            let count = Int.random(in: 0...5, using: &random)
            return String((0..<count).compactMap { _ in alphabet.randomElement(using: &random) })
        }
        let texts = (0..<200).map { _ in text() }
        for (a, b) in zip(texts, texts.shuffled(using: &random)) { expectLikeTexts(a, b) }
        #expect(
            texts.map { ID($0) }.sorted().map(\.description) == texts.sorted(by: comesBefore))
        #expect(Set(texts.map { ID($0) }).count == Set(texts).count)
    }

    @Test func storedIDsComeBack() throws {
        let ids = Self.texts.map { ID($0) }
        let json = try JSONEncoder().encode(ids)
        #expect(try JSONDecoder().decode([String].self, from: json) == Self.texts)
        #expect(try JSONDecoder().decode([ID].self, from: json) == ids)
    }

    @Test func idsAreSmall() {
        #expect(MemoryLayout<ID>.size == 16)
        #expect(MemoryLayout<ID?>.size == 16)
    }
}
