import Millrace
import MillraceTesting
import Testing

/// A case of the keyed process function, or of keyed state with a time to live, run on a driver.
struct KeyedCase {
    struct Record: Sendable {
        var key: String
        var value: Int
    }
    struct Row: Sendable {
        var key: String
        var value: String
    }
    typealias Context = KeyedContext<String, Row>
    typealias OnElement = @Sendable (Record, inout Int?, Context) throws -> Void
    typealias OnTimer = @Sendable (KeyedTimer<String>, inout Int?, Context) throws -> Void

    static let sides = [SideOutput<Int>("int-out"), SideOutput<Int>("long-out")]
    let testCase: SemanticsCase

    init(_ testCase: SemanticsCase) { self.testCase = testCase }

    func check(_ mode: SemanticsCasesTests.Mode) async throws {
        let sideRecords = Self.sides.map { ($0, Collected<Int>()) }
        let (onElement, onTimer) = functions()
        let expiry = testCase.params.int("ttl").map {
            StateExpiry.eventTime(.milliseconds($0))
        }
        let driver = try await TopologyDriver<Record, Row>(parallelism: mode.parallelism) {
            records in
            let rows = records.keyed(by: { $0.key }).process(
                "process", state: Int.self, output: Row.self, expiry: expiry,
                onElement: onElement, onTimer: onTimer,
                onExpiry: { _, context in
                    context.emit(Row(key: context.key, value: "evicted"))
                })
            for (side, collected) in sideRecords {
                rows.sideOutput(side).sink(.collect(into: collected))
            }
            return rows
        }
        let wantsWatermarks = testCase.expected.contains { $0.type == "watermark" }
        var got: [(after: Int, row: String)] = []
        for (index, item) in testCase.input.enumerated() {
            try await apply(item, to: driver)
            for event in driver.takeEvents() {
                switch event {
                case .element(let row):
                    got.append(
                        (index, "\(row.element.key) \(row.element.value) \(row.timestamp.millis)"))
                case .watermark(let watermark):
                    if wantsWatermarks { got.append((index, "watermark \(watermark.millis)")) }
                }
            }
            if mode.restoresAlways { try await driver.snapshotAndRestore() }
        }
        let ordered = wantsWatermarks || testCase.params.bool("ordered") == true
        expectEqual(got, testCase, ordered: ordered && mode.parallelism == 1) { item in
            switch item.type {
            case "record": "\(item.text("key")) \(item.text("value")) \(item.ts)"
            case "watermark": "watermark \(item.ts)"
            default: nil
            }
        }
        for (side, collected) in sideRecords {
            let want = testCase.expected.filter { $0.string("tag") == side.name }
            #expect(collected.elements == want.compactMap { $0.int("value").map(Int.init) })
            #expect(collected.timestamps.map(\.millis) == want.map(\.ts))
        }
    }

    private func apply(
        _ item: SemanticsCase.Item, to driver: TopologyDriver<Record, Row>
    ) async throws {
        switch item.type {
        case "record":
            let value = Int(try #require(item.int("value")))
            try driver.send(Record(key: item.text("key"), value: value), at: item.ts)
        case "watermark": try driver.advance(to: item.ts)
        case "snapshotRestore": try await driver.snapshotAndRestore()
        default: Issue.record("no such item: \(item.type)")
        }
    }

    /// The functions that the case describes in words.
    private func functions() -> (OnElement, OnTimer) {
        (onElement(), onTimer())
    }

    private func onElement() -> OnElement {
        if testCase.params.string("state") == "running sum per key" {
            return { record, sum, context in
                let new = (sum ?? 0) + record.value
                sum = new
                context.emit(Row(key: record.key, value: "\(new)"))
            }
        }
        switch testCase.params.string("onElement") {
        case "emit element, register event timer at 5":
            return { record, _, context in
                context.emit(Row(key: record.key, value: "\(record.value)"))
                context.setTimer(at: Timestamp(millis: 5))
            }
        case "if state(key) is empty: state=value, register event timer at currentWatermark+5, emit INPUT:value; else: clear state and delete event timer at currentWatermark+4":
            return { record, state, context in
                if state == nil {
                    state = record.value
                    context.setTimer(at: context.watermark + .milliseconds(5))
                    context.emit(Row(key: record.key, value: "INPUT:\(record.value)"))
                } else {
                    state = nil
                    context.deleteTimer(at: context.watermark + .milliseconds(4))
                }
            }
        case "emit IN:v; side 'int-out' v; side 'long-out' v":
            return { record, _, context in
                context.emit(Row(key: record.key, value: "IN:\(record.value)"))
                for side in Self.sides { try context.emit(record.value, to: side) }
            }
        case "register event timer at ts-100":
            return { _, _, context in
                context.setTimer(at: context.timestamp - .milliseconds(100))
            }
        case "register event timer at value":
            return { record, _, context in
                context.setTimer(at: Timestamp(millis: Int64(record.value)))
            }
        case let other:
            Issue.record("no such function: \(other ?? "none")")
            return { _, _, _ in }
        }
    }

    private func onTimer() -> OnTimer {
        switch testCase.params.string("onTimer") {
        case nil: return { _, _, _ in }
        case "emit 1777":
            return { timer, _, context in context.emit(Row(key: timer.key, value: "1777")) }
        case "emit STATE:<state>, clear state":
            return { timer, state, context in
                context.emit(Row(key: timer.key, value: "STATE:\(state ?? -1)"))
                state = nil
            }
        case "emit fired":
            return { timer, _, context in context.emit(Row(key: timer.key, value: "fired")) }
        case let other:
            Issue.record("no such function: \(other ?? "none")")
            return { _, _, _ in }
        }
    }
}
