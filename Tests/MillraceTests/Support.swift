import Millrace
import MillraceTesting

/// An event of the tests.
struct Event: Sendable, Hashable {
    var key: Int
    var value: Int
    var time: Int64

    /// Events whose times rise by about a second each, out of order by up to `disorder` milliseconds.
    static func random(_ count: Int, keys: Int, disorder: Int64, seed: UInt64) -> [Event] {
        var random = SeededGenerator(seed: seed)
        return (0..<count).map { index in
            Event(
                key: .random(in: 0..<keys, using: &random),
                value: .random(in: -100...100, using: &random),
                time: Int64(index) * 1000 - .random(in: 0...disorder, using: &random))
        }
    }
}
