public import Millrace

extension SinkConformance where S.Writer: TransactionalSinkWriter {
    /// What the sink does not do, with checkpoints and without; empty if it conforms.
    public func violations() async throws -> [String] {
        try await plainViolations() + publication() + pending() + emptyTransactions()
            + recoveryWithTransactions() + recoveryWithout() + recoveryWithSome()
    }

    private var half: Int { elements.count / 2 }
    private var quarter: Int { elements.count / 4 }
    private var all: Range<Int> { elements.indices }

    /// Opens the sink as after a crash: with the transactions as a checkpoint gives them back.
    private func open(
        _ place: SinkPlace<S, Output>, _ transactions: [S.Writer.Transaction] = []
    ) async throws -> S.Writer {
        var writer = try await place.writer(usesCheckpoints: true)
        try await writer.recover(try storedAndRestored(transactions))
        return writer
    }

    private func publication() async throws -> [String] {
        let place = try await place()
        var writer = try await open(place)
        var found = try await check(place, 0..<0, "begun")
        try await writer.write(elements[..<half])
        try await writer.flush()
        found += try await check(place, 0..<0, "written, not prepared")
        let first = try await writer.prepare(checkpoint: 1)
        found += try await check(place, 0..<0, "prepared, not committed")
        try await writer.commit(first)
        found += try await check(place, 0..<half, "committed")
        try await writer.commit(first)
        found += try await check(place, 0..<half, "committed twice")
        try await writer.write(elements[half...])
        let second = try await writer.prepare(checkpoint: 2)
        found += try await check(place, 0..<half, "the second prepared")
        try await writer.commit(second)
        try await writer.close()
        return found + (try await check(place, all, "the second committed, closed"))
    }

    private func pending() async throws -> [String] {
        let place = try await place()
        var writer = try await open(place)
        var found: [String] = []
        var transactions: [S.Writer.Transaction] = []
        for index in elements.indices {
            try await writer.write(elements[index...index])
            transactions.append(try await writer.prepare(checkpoint: UInt64(index + 1)))
        }
        found += try await check(place, 0..<0, "many are prepared")
        for (index, transaction) in transactions.enumerated() {
            try await writer.commit(transaction)
            found += try await check(
                place, 0..<index + 1, "\(index + 1) of many committed")
        }
        try await writer.close()
        return found + (try await check(place, all, "many committed, closed"))
    }

    private func emptyTransactions() async throws -> [String] {
        let place = try await place()
        let (found, transactions) = try await emptyTransactions(place)
        _ = try await open(place, transactions)
        return found + (try await check(place, all, "recovered with an empty transaction"))
    }

    private func emptyTransactions(
        _ place: SinkPlace<S, Output>
    ) async throws -> ([String], [S.Writer.Transaction]) {
        var writer = try await open(place)
        let first = try await writer.prepare(checkpoint: 1)
        let second = try await writer.prepare(checkpoint: 2)
        try await writer.commit(first)
        try await writer.commit(second)
        try await writer.commit(second)
        var found = try await check(place, 0..<0, "nothing committed")
        try await writer.write(elements[...])
        let third = try await writer.prepare(checkpoint: 3)
        let fourth = try await writer.prepare(checkpoint: 4)
        try await writer.commit(third)
        try await writer.commit(fourth)
        found += try await check(place, all, "an empty transaction behind others")
        return (found, [third, fourth])
    }

    // Between two lives nothing of the first may be left, such as its locks: a writer ends with its block.

    private func recoveryWithTransactions() async throws -> [String] {
        let place = try await place()
        let transactions = try await twoPrepared(place, committed: 1)
        var found: [String] = []
        do {
            _ = try await open(place, transactions)
            found += try await check(place, 0..<half, "recovered, one of two committed before")
        }
        let third: S.Writer.Transaction
        do {
            var writer = try await open(place, transactions)
            found += try await check(place, 0..<half, "recovered twice")
            try await writer.write(elements[half...])
            third = try await writer.prepare(checkpoint: 3)
            found += try await check(place, 0..<half, "prepared after recovery")
            try await writer.commit(third)
        }
        do {
            var writer = try await open(place, [third])
            found += try await check(place, all, "recovered with the last transaction alone")
            try await writer.close()
        }
        return found
    }

    private func recoveryWithout() async throws -> [String] {
        let place = try await place()
        _ = try await twoPrepared(place, committed: 0)
        var writer = try await open(place)
        var found = try await check(place, 0..<0, "recovered without what was prepared")
        try await writer.write(elements[...])
        let again = try await writer.prepare(checkpoint: 1)
        found += try await check(place, 0..<0, "prepared again under the same number")
        try await writer.commit(again)
        return found + (try await check(place, all, "committed under the same number"))
    }

    private func recoveryWithSome() async throws -> [String] {
        let place = try await place()
        let first = try await twoPrepared(place, committed: 0)[0]
        var writer = try await open(place, [first])
        var found = try await check(place, 0..<quarter, "recovered with one of two prepared")
        try await writer.write(elements[quarter...])
        let second = try await writer.prepare(checkpoint: 3)
        try await writer.commit(second)
        try await writer.close()
        found += try await check(place, all, "the rest committed after that")
        return found
    }

    /// A life that ends with a quarter of the elements in one transaction, another in a second one, and the rest
    /// in none.
    private func twoPrepared(
        _ place: SinkPlace<S, Output>, committed: Int
    ) async throws -> [S.Writer.Transaction] {
        var writer = try await open(place)
        try await writer.write(elements[..<quarter])
        let first = try await writer.prepare(checkpoint: 1)
        try await writer.write(elements[quarter..<half])
        let second = try await writer.prepare(checkpoint: 2)
        for transaction in [first, second].prefix(committed) {
            try await writer.commit(transaction)
        }
        try await writer.write(elements[half...])
        try await writer.flush()
        return [first, second]
    }
}
