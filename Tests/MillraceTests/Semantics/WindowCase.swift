import Millrace
import MillraceTesting
import Testing

/// A case of the windowed operator, run on a driver.
struct WindowCase {
    struct Record: Sendable {
        var key: String
        var value: Int
    }

    let testCase: SemanticsCase
    let params: SemanticsCase.Item

    init(_ testCase: SemanticsCase) {
        self.testCase = testCase
        params = testCase.params
    }

    func check(_ mode: SemanticsCasesTests.Mode) async throws {
        let late = Collected<LateElement<Record>>()
        let kind = try kind()
        let trigger = try trigger()
        #expect(params.string("aggregate") == "sum")
        let driver = try await TopologyDriver<Record, Windowed<String, Int>>(
            parallelism: mode.parallelism
        ) { records in
            var windowed = records.keyed(by: { $0.key }).window(kind)
                .allowedLateness(.milliseconds(params.int("allowedLateness") ?? 0))
                .late { $0.sink(.collect(into: late)) }
            if let trigger { windowed = windowed.trigger(trigger) }
            if params.bool("purging") == true { windowed = windowed.discarding() }
            return windowed.aggregate(.sum(\.value))
        }
        var got: [(after: Int, row: String)] = []
        var seenLate = 0
        for (index, item) in testCase.input.enumerated() {
            try await apply(item, to: driver)
            for output in driver.takeTimedOutput() {
                got.append((index, describe(output)))
            }
            for element in late.elements[seenLate...] where element.missedAll {
                got.append(
                    (
                        index,
                        "late \(element.element.key) \(element.element.value) "
                            + "\(element.timestamp.millis)"
                    ))
            }
            seenLate = late.elements.count
            if mode.restoresAlways { try await driver.snapshotAndRestore() }
        }
        expectEqual(got, testCase, ordered: params.bool("ordered") ?? false, describe)
    }

    private func apply(
        _ item: SemanticsCase.Item, to driver: TopologyDriver<Record, Windowed<String, Int>>
    ) async throws {
        switch item.type {
        case "record":
            let value = Int(try #require(item.int("value")))
            try driver.send(Record(key: item.text("key"), value: value), at: item.ts)
        case "watermark": try driver.advance(to: item.ts)
        case "processingTime": try driver.advanceProcessingTime(to: item.ts)
        case "snapshotRestore": try await driver.snapshotAndRestore()
        default: Issue.record("no such item: \(item.type)")
        }
    }

    private func describe(_ output: TimedElement<Windowed<String, Int>>) -> String {
        let window = output.element.window
        let span = window == .global ? [] : [window.start.millis, window.end.millis]
        return "\(output.element.key) \(output.element.value) \(output.timestamp.millis) \(span)"
    }

    private func describe(_ item: SemanticsCase.Item) -> String? {
        let value = item.int("value") ?? 0
        switch item.type {
        case "record":
            return "\(item.text("key")) \(value) \(item.ts) \(item.ints("window"))"
        case "late": return "late \(item.text("key")) \(value) \(item.ts)"
        default: return "an expectation of the unknown type \(item.type)"
        }
    }

    private func kind() throws -> WindowKind<Record> {
        let size = params.int("size") ?? 0
        let offset = Duration.milliseconds(params.int("offset") ?? 0)
        let kind: WindowKind<Record>
        switch params.string("assigner") {
        case "tumbling": kind = .tumbling(.milliseconds(size), offset: offset)
        case "sliding":
            let slide = Duration.milliseconds(try #require(params.int("slide")))
            kind = .sliding(size: .milliseconds(size), every: slide, offset: offset)
        case "session":
            kind = .session(gap: .milliseconds(try #require(params.int("gap"))))
        case "count":
            kind = .count(Int(size), every: Int(params.int("slide") ?? size))
        case "global": kind = .global
        default:
            Issue.record("no such assigner")
            kind = .global
        }
        return params.string("time") == "processing" ? kind.inProcessingTime : kind
    }

    private func trigger() throws -> Trigger? {
        guard let trigger = params.item("trigger") else { return nil }
        if let count = trigger.int("count") { return .count(Int(count)) }
        if let every = trigger.int("continuousEventTime") {
            return .continuousEventTime(every: .milliseconds(every))
        }
        Issue.record("no such trigger: \(trigger.fields.keys)")
        return nil
    }
}

extension SemanticsCasesTests {
    /// The final grouping of events into sessions.
    func checkSessions(_ testCase: SemanticsCase, _ mode: Mode) async throws {
        let gap = Duration.milliseconds(try #require(testCase.params.int("gap")))
        let driver = try await TopologyDriver<Int64, Windowed<Int, [Int64]>>(
            parallelism: mode.parallelism
        ) { events in
            events.keyed(by: { _ in 0 }).window(.session(gap: gap)).aggregate(.collect())
        }
        for item in testCase.input {
            try driver.send(item.ts, at: item.ts)
            if mode.restoresAlways { try await driver.snapshotAndRestore() }
        }
        try driver.finish()
        let got = driver.takeOutput().map {
            "\($0.window.start.millis) \($0.window.end.millis) \($0.value.sorted())"
        }
        let want = testCase.expected.map { item in
            let window = item.ints("window")
            return "\(window[0]) \(window[1]) \(item.ints("members").sorted())"
        }
        #expect(got.sorted() == want.sorted())
    }
}
