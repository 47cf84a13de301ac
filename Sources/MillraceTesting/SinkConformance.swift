public import Millrace

/// What every sink must do: write everything, in order, when it is flushed and when it is closed; and if it is
/// transactional, publish each transaction once, whatever happens.
///
/// ```swift
/// let conformance = SinkConformance(elements: rows, expected: lines) {
///     let folder = temporaryFolder()
///     return SinkPlace(sink: { .jsonLines(folder + "/out") }, visible: { try read(folder + "/out") })
/// }
/// #expect(try await conformance.violations() == [])
/// ```
public struct SinkConformance<S: Sink, Output: Equatable & Sendable>: Sendable {
    let elements: [S.Element]
    let expected: [Output]
    let place: @Sendable () async throws -> SinkPlace<S, Output>

    /// - Parameters:
    ///   - elements: What is written; at least eight, all different.
    ///   - expected: What a reader then sees, one for each element. If the sink keeps no order, both must be in
    ///     the order in which places show them.
    ///   - place: Makes a new, empty place.
    public init(
        elements: [S.Element], expected: [Output],
        place: @escaping @Sendable () async throws -> SinkPlace<S, Output>
    ) {
        precondition(elements.count >= 8, "the suite needs at least eight elements")
        precondition(elements.count == expected.count, "a reader sees one output per element")
        self.elements = elements
        self.expected = expected
        self.place = place
    }

    /// What the sink does not do without checkpoints; empty if it conforms.
    public func violations() async throws -> [String] { try await plainViolations() }

    func plainViolations() async throws -> [String] {
        var found: [String] = []
        for size in [1, 3, 1000] {
            let place = try await place()
            var writer = try await place.writer(usesCheckpoints: false)
            let half = elements.count / 2
            try await writer.write(elements[..<half], by: size)
            try await writer.flush()
            found += try await check(place, 0..<half, "flushed, written \(size) at a time")
            try await writer.flush()
            found += try await check(place, 0..<half, "flushed twice")
            try await writer.write(elements[half...], by: size)
            try await writer.close()
            found += try await check(
                place, elements.indices, "closed, written \(size) at a time")
        }
        let place = try await place()
        var writer = try await place.writer(usesCheckpoints: false)
        try await writer.write(elements[..<0])
        var empty = Batch<S.Element>()
        try writer.write(&empty)
        try await writer.flush()
        try await writer.close()
        found += try await check(place, 0..<0, "closed after nothing was written")
        return found
    }

    /// Compares what is visible with a run of the elements.
    func check(
        _ place: SinkPlace<S, Output>, _ range: Range<Int>, _ situation: String
    ) async throws -> [String] {
        let seen = try await place.visible()
        let wanted = Array(expected[range])
        if seen == wanted { return [] }
        let hint = seen.count == wanted.count ? ", other ones or in another order" : ""
        return ["\(situation): \(seen.count) results are visible, not \(wanted.count)\(hint)"]
    }
}
