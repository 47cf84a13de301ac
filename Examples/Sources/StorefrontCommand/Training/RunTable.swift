/// Runs side by side: a line for each model of each run.
///
/// Only runs of the same data and split can be compared: those have the same letter.
struct RunTable: CustomStringConvertible {
    private let rows: [[String]]

    init(_ runs: [TrainingRun]) {
        var rows = [
            [
                "run", "set", "data", "visits", "split", "tests", "seed", "model", "recall@5",
                "recall@20", "mrr@20", "trained", "per list",
            ]
        ]
        var letters: [String: String] = [:]
        for run in runs {
            let key =
                "\(run.data.digest) \(run.data.splitTime) \(run.parameters.seed) "
                + "\(run.data.testSessions) \(run.parameters.sessionGapSeconds)"
            let letter = letters[key] ?? Self.letter(letters.count)
            letters[key] = letter
            for model in run.models {
                rows.append([
                    run.id, letter, String(run.data.digest.prefix(8)), "\(run.data.visits)",
                    "\(Self.rounded(run.parameters.testShare, 2))", "\(run.data.testSessions)",
                    "\(run.parameters.seed)", model.model, Self.rounded(model.recallAt5, 4),
                    Self.rounded(model.recallAt20, 4), Self.rounded(model.mrrAt20, 4),
                    "\(Self.rounded(model.trainingSeconds, 2)) s",
                    "\(Self.rounded(model.microsecondsPerList, 0)) µs",
                ])
            }
        }
        self.rows = rows
    }

    /// A, B … Z, A1, B1 …
    private static func letter(_ number: Int) -> String {
        let letter = String(UnicodeScalar(UInt8(ascii: "A") + UInt8(number % 26)))
        return number < 26 ? letter : "\(letter)\(number / 26)"
    }

    private static func rounded(_ number: Double, _ digits: Int) -> String {
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let whole = Int64((number * scale).rounded())
        if digits == 0 { return "\(whole)" }
        let fraction = "\(whole % Int64(scale))"
        let zeros = String(repeating: "0", count: digits - fraction.count)
        return "\(whole / Int64(scale)).\(zeros)\(fraction)"
    }

    var description: String {
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                let space = String(repeating: " ", count: widths[column] - cell.count)
                // Names on the left, figures on the right.
                let isText = column <= 2 || column == 7
                line += (column == 0 ? "" : "  ") + (isText ? cell + space : space + cell)
            }
            return line
        }.joined(separator: "\n")
    }
}
