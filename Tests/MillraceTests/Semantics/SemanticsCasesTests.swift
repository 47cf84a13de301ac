import Millrace
import MillraceTesting
import Testing

/// Every worked case must pass as it stands, at any parallelism, and with a snapshot and restore after
/// every item.
@Suite struct SemanticsCasesTests {
    struct Mode: Sendable, CustomTestStringConvertible {
        var parallelism: Int
        var restoresAlways: Bool

        var testDescription: String {
            "parallelism \(parallelism)\(restoresAlways ? ", restored after every item" : "")"
        }
    }

    static let modes = [
        Mode(parallelism: 1, restoresAlways: false), Mode(parallelism: 4, restoresAlways: false),
        Mode(parallelism: 1, restoresAlways: true), Mode(parallelism: 4, restoresAlways: true),
    ]

    @Test func thereAreCases() throws {
        #expect(try !SemanticsCase.all.isEmpty)
    }

    @Test(arguments: try SemanticsCase.all, modes)
    func casePasses(_ testCase: SemanticsCase, _ mode: Mode) async throws {
        switch testCase.operatorKind {
        case "windowAssigner": try checkAssigner(testCase)
        case "watermarkStrategy": try checkStrategy(testCase)
        case "watermarkMerge": try checkMerge(testCase)
        case "window": try await WindowCase(testCase).check(mode)
        case "sessions": try await checkSessions(testCase, mode)
        case "keyedProcess", "mapStateful": try await KeyedCase(testCase).check(mode)
        default: Issue.record("no such operator: \(testCase.operatorKind)")
        }
    }
}

/// What an item of the input has caused, in a form that can be compared without regard to order.
func expectEqual(
    _ got: [(after: Int, row: String)], _ testCase: SemanticsCase, ordered: Bool,
    _ describe: (SemanticsCase.Item) -> String?
) {
    let expected = testCase.expected.compactMap { item in
        describe(item).map { (after: item.after, row: $0) }
    }
    for index in testCase.input.indices {
        var want = expected.filter { $0.after == index }.map(\.row)
        var have = got.filter { $0.after == index }.map(\.row)
        if !ordered {
            want.sort()
            have.sort()
        }
        #expect(have == want, "after item \(index) of \(testCase.id)")
    }
}
