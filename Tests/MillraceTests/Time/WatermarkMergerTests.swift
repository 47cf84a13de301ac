import MillraceTesting
import Testing

@testable import Millrace

/// One step of a picture of time: what comes in, and what must go out for it.
struct MergeStep: Sendable {
    enum Message: Sendable {
        case watermark(Int64)
        case status(InputStatus)
    }
    var input: Int
    var message: Message
    var watermark: Int64?
    var status: InputStatus?

    static func w(_ time: Int64, _ input: Int, sends: Int64? = nil) -> MergeStep {
        MergeStep(input: input, message: .watermark(time), watermark: sends, status: nil)
    }
    static func s(
        _ status: InputStatus, _ input: Int, sends: Int64? = nil, then: InputStatus? = nil
    ) -> MergeStep {
        MergeStep(input: input, message: .status(status), watermark: sends, status: then)
    }
}

struct MergeCase: Sendable, CustomTestStringConvertible {
    var name: String
    var inputs: Int
    var steps: [MergeStep]
    var testDescription: String { name }

    /// Worked cases, most of them from Flink's StatusWatermarkValveTest.
    static let all: [MergeCase] = [
        .init(
            name: "single", inputs: 1,
            steps: [.w(25, 0, sends: 25), .w(18, 0), .w(42, 0, sends: 42)]),
        .init(
            name: "least of three", inputs: 3,
            steps: [
                .w(0, 0), .w(0, 1), .w(0, 2, sends: 0), .w(12, 0), .w(8, 2, sends: nil),
                .w(10, 2), .w(15, 1, sends: 10), .w(17, 2, sends: 12), .w(20, 0, sends: 15),
            ]),
        .init(
            name: "single idle", inputs: 1,
            steps: [
                .w(25, 0, sends: 25), .s(.idle, 0, then: .idle), .w(50, 0),
                .s(.active, 0, then: .active), .w(50, 0, sends: 50),
            ]),
        .init(
            name: "partial idle", inputs: 3,
            steps: [
                .w(15, 0), .w(10, 1), .s(.idle, 2, sends: 10), .w(18, 1, sends: 15),
                .w(20, 0, sends: 18),
            ]),
        .init(
            name: "gradually idle", inputs: 3,
            steps: [
                .w(25, 0), .w(10, 1), .w(17, 2, sends: 10), .s(.idle, 1, sends: 17),
                .s(.idle, 2, sends: 25),
            ]),
        .init(
            name: "flush when all are idle", inputs: 3,
            steps: [
                .w(10, 0), .w(5, 1), .w(3, 2, sends: 3), .s(.idle, 0), .s(.idle, 1),
                .s(.idle, 2, sends: 10, then: .idle),
            ]),
        .init(
            name: "decreasing", inputs: 3,
            steps: [.w(25, 0), .w(10, 1), .w(17, 2, sends: 10), .w(12, 0), .w(8, 1), .w(15, 2)]),
        .init(
            name: "status toggling", inputs: 2,
            steps: [
                .s(.active, 0), .s(.active, 1), .s(.idle, 1), .s(.idle, 0, then: .idle),
                .s(.idle, 0), .s(.idle, 1), .s(.active, 1, then: .active), .s(.active, 0),
            ]),
        .init(
            name: "only one that has not caught up is active", inputs: 3,
            steps: [
                .w(10, 0), .w(7, 1), .s(.idle, 2, sends: 7), .s(.active, 2), .s(.idle, 0),
                .s(.idle, 1),
            ]),
        .init(
            name: "coming back repeats nothing", inputs: 3,
            steps: [
                .w(10, 0), .w(20, 1), .w(30, 2, sends: 10), .s(.idle, 2), .s(.idle, 0, sends: 20),
                .s(.active, 0), .s(.idle, 1), .s(.active, 2, sends: 30), .s(.idle, 0),
                .s(.idle, 2, then: .idle),
            ]),
        .init(
            name: "finished is not idle", inputs: 2,
            steps: [
                .w(10, 0), .w(5, 1, sends: 5), .s(.finished, 0), .s(.idle, 1, then: .idle),
                .s(.active, 1, then: .active), .w(20, 1, sends: 20),
                .s(.finished, 1, sends: .max, then: .finished),
            ]),
        .init(
            name: "the maximum from one input ends that input only", inputs: 2,
            steps: [
                .w(.max, 0), .w(5, 1, sends: 5), .s(.idle, 1, then: .idle),
                .s(.finished, 0), .s(.active, 1, then: .active),
                .w(.max, 1, sends: .max, then: .finished), .s(.finished, 1),
            ]),
    ]
}

extension MergeStep {
    static func w(_ time: Int64, _ input: Int, sends: Int64, then: InputStatus) -> MergeStep {
        MergeStep(input: input, message: .watermark(time), watermark: sends, status: then)
    }
}

@Suite struct WatermarkMergerTests {
    @Test(arguments: MergeCase.all)
    func sendsWhatTheCaseExpects(_ merge: MergeCase) throws {
        try run(merge, restoring: false)
        try run(merge, restoring: true)
    }

    private func run(_ merge: MergeCase, restoring: Bool) throws {
        var merger = WatermarkMerger(inputs: merge.inputs)
        for (index, step) in merge.steps.enumerated() {
            if restoring {
                let restored = try WatermarkMerger(restoring: merger.snapshot)
                #expect(restored == merger)
                merger = restored
            }
            let merged =
                switch step.message {
                case .watermark(let time):
                    merger.watermark(Timestamp(millis: time), from: step.input)
                case .status(let status): merger.status(status, from: step.input)
                }
            #expect(merged.watermark?.millis == step.watermark, "step \(index)")
            #expect(merged.status == step.status, "step \(index)")
        }
    }

    @Test func agreesWithAPlainReading() {
        var random = SeededGenerator(seed: 7)
        for inputs in 1...6 {
            var merger = WatermarkMerger(inputs: inputs)
            var model = PlainMerger(inputs: inputs)
            for step in 0..<4000 {
                let input = Int.random(in: 0..<inputs, using: &random)
                let merged: WatermarkMerger.Merged
                let expected: WatermarkMerger.Merged
                switch Int.random(in: 0..<2000, using: &random) {
                case 0 where step > 1000:
                    merged = merger.status(.finished, from: input)
                    expected = model.status(.finished, input)
                case 0..<500:
                    let status: InputStatus = Bool.random(using: &random) ? .idle : .active
                    merged = merger.status(status, from: input)
                    expected = model.status(status, input)
                default:
                    let base = merger.watermark == .none ? 0 : merger.watermark.millis
                    let time = Timestamp(millis: base &+ .random(in: -5...9, using: &random))
                    if merger.watermark == .max { continue }
                    merged = merger.watermark(time, from: input)
                    expected = model.watermark(time, input)
                }
                #expect(merged == expected, "inputs \(inputs), step \(step)")
            }
        }
    }

    @Test func resumesWhereItStood() {
        var merger = WatermarkMerger(inputs: 2, resumingAt: Timestamp(millis: 100))
        #expect(merger.watermark(Timestamp(millis: 50), from: 0) == .nothing)
        #expect(merger.watermark(Timestamp(millis: 90), from: 1) == .nothing)
        #expect(merger.watermark(Timestamp(millis: 120), from: 0) == .nothing)
        #expect(merger.watermark(Timestamp(millis: 110), from: 1).watermark?.millis == 110)
    }

    @Test func refusesASnapshotWithColumnsOfDifferentLength() {
        var snapshot = WatermarkMerger(inputs: 2).snapshot
        snapshot.statuses.removeLast()
        let error = #expect(throws: StreamError.self) { try WatermarkMerger(restoring: snapshot) }
        #expect(error?.code == .incompatibleState)
    }
}

/// The rules as written, scanning every input each time.
private struct PlainMerger {
    var watermarks: [Timestamp]
    var statuses: [InputStatus]
    var caughtUp: [Bool]
    var sent = Timestamp.none
    var sentStatus = InputStatus.active

    init(inputs: Int) {
        watermarks = Array(repeating: .none, count: inputs)
        statuses = Array(repeating: .active, count: inputs)
        caughtUp = Array(repeating: true, count: inputs)
    }

    mutating func watermark(_ time: Timestamp, _ input: Int) -> WatermarkMerger.Merged {
        guard statuses[input] == .active, time > watermarks[input] else { return .nothing }
        watermarks[input] = time
        if time >= sent { caughtUp[input] = true }
        return send()
    }

    mutating func status(_ new: InputStatus, _ input: Int) -> WatermarkMerger.Merged {
        guard statuses[input] != .finished, statuses[input] != new else { return .nothing }
        statuses[input] = new
        caughtUp[input] = new == .active && watermarks[input] >= sent
        return send()
    }

    private mutating func send() -> WatermarkMerger.Merged {
        let indices = statuses.indices
        var time: Timestamp?
        var status = InputStatus.active
        if statuses.allSatisfy({ $0 == .finished }) {
            (time, status) = (.max, .finished)
        } else if !statuses.contains(.active) {
            status = .idle
            time = indices.filter { statuses[$0] == .idle }.map { watermarks[$0] }.max()
        } else {
            time = indices.filter { statuses[$0] == .active && caughtUp[$0] }
                .map { watermarks[$0] }.min()
        }
        var merged = WatermarkMerger.Merged.nothing
        if let time, time > sent { (merged.watermark, sent) = (time, time) }
        if status != sentStatus { (merged.status, sentStatus) = (status, status) }
        return merged
    }
}
