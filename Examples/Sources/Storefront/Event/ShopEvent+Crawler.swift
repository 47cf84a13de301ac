extension ShopEvent {
    /// Whether the user agent says that it is a crawler.
    var isFromCrawler: Bool {
        guard var agent = userAgent else { return false }
        return agent.withUTF8 { text in
            var index = 2
            while index < text.count {
                // The last letter of `bot`, and the fourth of `crawler` and `spider`: rare ones first.
                switch text[index] | 0x20 {
                case UInt8(ascii: "t") where text.ends(with: "bot", at: index): return true
                case UInt8(ascii: "w") where text.ends(with: "craw", at: index): return true
                case UInt8(ascii: "d") where text.ends(with: "spid", at: index): return true
                default: index += 1
                }
            }
            return false
        }
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Whether the text up to and with `end` ends with `word`, whatever the case.
    fileprivate func ends(with word: StaticString, at end: Int) -> Bool {
        let start = end + 1 - word.utf8CodeUnitCount
        guard start >= 0 else { return false }
        return word.withUTF8Buffer { word in
            word.indices.allSatisfy { self[start + $0] | 0x20 == word[$0] }
        }
    }
}
