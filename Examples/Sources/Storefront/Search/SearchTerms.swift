import Foundation

/// How texts become words to search by.
enum SearchTerms {
    /// The words of a text in their order: runs of letters and digits, without case and accents.
    static func words(of text: String) -> [String] {
        text.folding(
            options: [.caseInsensitive, .diacriticInsensitive, .widthInsensitive], locale: nil
        )
        .split { !$0.isLetter && !$0.isNumber }
        .map(String.init)
    }

    /// Whether one word becomes the other by `limit` changes of a letter, or of two neighbours, at most: the
    /// optimal string alignment distance. The first letter must be right.
    ///
    /// - Complexity: O(length of `a` · length of `b`).
    static func areAlike(_ a: String, _ b: String, within limit: Int) -> Bool {
        let (a, b) = (Array(a.utf8), Array(b.utf8))
        guard a.first == b.first, abs(a.count - b.count) <= limit else { return false }
        var before = [Int](repeating: 0, count: b.count + 1)
        var last = Array(0...b.count)
        for row in 1..<(a.count + 1) {
            var current = [Int](repeating: row, count: b.count + 1)
            for column in 1..<(b.count + 1) {
                let isSame = a[row - 1] == b[column - 1]
                var cost = min(
                    last[column] + 1, current[column - 1] + 1, last[column - 1] + (isSame ? 0 : 1))
                if row > 1, column > 1, a[row - 1] == b[column - 2], a[row - 2] == b[column - 1] {
                    cost = min(cost, before[column - 2] + 1)
                }
                current[column] = cost
            }
            (before, last) = (last, current)
        }
        return last[b.count] <= limit
    }

    /// How many changes a word of a query may need: none for a short one.
    static func tolerance(for word: String) -> Int {
        switch word.utf8.count {
        case ..<4: 0
        case ..<8: 1
        default: 2
        }
    }
}
