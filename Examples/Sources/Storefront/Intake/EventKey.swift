import Millrace

/// Stands for an event's id in 128 bits, so that remembering one takes as little memory however long it is: of a
/// billion ids a day, the chance that any two share one is below 10⁻²⁰.
///
/// The two halves are hashes with different beginnings and different words, so that ids which share one of them
/// are no more likely than others to share the second. No secret is in them: whoever may send events could make two ids
/// with one key, which does no more than sending one id twice.
struct EventKey: StreamKey, Codable, BitwiseCopyable {
    private var high: UInt64 = 0x243F_6A88_85A3_08D3
    private var low: UInt64 = 0x1319_8A2E_0370_7344

    init(_ id: String) {
        var (word, count): (UInt64, UInt64) = (0, 0)
        for byte in id.utf8 {
            word = word << 8 | UInt64(byte)
            count += 1
            if count % 8 == 0 {
                add(word)
                word = 0
            }
        }
        add(word)
        add(count)
    }

    private mutating func add(_ word: UInt64) {
        high = high.combining(word)
        low = low.combining(~word)
    }

    var stableHash: UInt64 { high.combining(low) }
}
