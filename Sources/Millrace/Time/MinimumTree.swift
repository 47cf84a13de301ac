/// The least of a fixed number of timestamps that change one at a time: a tournament, where only the
/// matches on the way from the changed one to the final are played again.
///
/// Source: Knuth, The Art of Computer Programming 3, 5.2.3, "tournament".
struct MinimumTree: Sendable, Hashable {
    /// The final at 1, the matches below at `2i` and `2i + 1`, and the values from `base` on.
    private var nodes: [Timestamp]
    private let base: Int

    init(_ values: [Timestamp]) {
        var base = 1
        while base < values.count { base *= 2 }
        self.base = base
        nodes = Array(repeating: .max, count: 2 * base)
        nodes.replaceSubrange(base..<base + values.count, with: values)
        for node in stride(from: base - 1, to: 0, by: -1) {
            nodes[node] = Swift.min(nodes[2 * node], nodes[2 * node + 1])
        }
    }

    /// The least value.
    var least: Timestamp { nodes[1] }

    /// - Complexity: reading O(1), writing O(log count), less where a match ends as before.
    subscript(index: Int) -> Timestamp {
        get { nodes[base + index] }
        set {
            var node = base + index
            nodes[node] = newValue
            while node > 1 {
                let winner = Swift.min(nodes[node], nodes[node ^ 1])
                node /= 2
                if nodes[node] == winner { return }
                nodes[node] = winner
            }
        }
    }
}
