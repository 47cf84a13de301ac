import Testing

@testable import Millrace

extension SemanticsCasesTests {
    func checkAssigner(_ testCase: SemanticsCase) throws {
        for (index, item) in testCase.input.enumerated() {
            let expected = try #require(testCase.expected.first { $0.after == index })
            let isError = expected.type == "error"
            switch item.type {
            case "construct":
                let made = Result { try grid(item) }
                #expect((try? made.get()) == nil ? isError : !isError)
            case "assign":
                let grid = try grid(testCase.params)
                if isError {
                    #expect(throws: StreamError.self) {
                        _ = try grid.windows(of: Timestamp(millis: item.ts))
                    }
                } else {
                    let windows = try grid.windows(of: Timestamp(millis: item.ts))
                        .map { [$0.start.millis, $0.end.millis] }
                    #expect(Set(windows) == Set(expected.pairs("windows")))
                }
            default: Issue.record("no such item: \(item.type)")
            }
        }
    }

    private func grid(_ item: SemanticsCase.Item) throws -> PaneGrid {
        let size = Duration.milliseconds(item.int("size") ?? 0)
        let slide = item.int("slide").map { Duration.milliseconds($0) } ?? size
        return try PaneGrid(
            size: size, slide: slide, offset: .milliseconds(item.int("offset") ?? 0))
    }

    func checkStrategy(_ testCase: SemanticsCase) throws {
        let delay = Duration.milliseconds(try #require(testCase.params.int("delay")))
        #expect(testCase.params.string("kind") == "boundedOutOfOrderness")
        let now = Timestamp(millis: 0)
        var watermarks = SplitWatermarks<Int>(.bounded(outOfOrderness: delay), now: now)
        var output = SplitOutput()
        var got: [(after: Int, row: String)] = []
        for (index, item) in testCase.input.enumerated() {
            switch item.type {
            case "event":
                let batch = Batch(elements: [0], timestamps: [Timestamp(millis: item.ts)])
                try watermarks.observe(batch, now: now, into: &output)
            case "periodicEmit": got.append((index, "\(watermarks.watermark.millis)"))
            default: Issue.record("no such item: \(item.type)")
            }
        }
        expectEqual(got, testCase, ordered: true) { "\($0.ts)" }
    }

    func checkMerge(_ testCase: SemanticsCase) throws {
        var merger = WatermarkMerger(inputs: Int(try #require(testCase.params.int("channels"))))
        var got: [(after: Int, row: String)] = []
        for (index, item) in testCase.input.enumerated() {
            let channel = Int(try #require(item.int("channel")))
            let merged: WatermarkMerger.Merged
            switch item.type {
            case "watermark":
                merged = merger.watermark(Timestamp(millis: item.ts), from: channel)
            case "status":
                let name = item.string("status")
                merged = merger.status(try #require(inputStatus(name)), from: channel)
            default:
                Issue.record("no such item: \(item.type)")
                continue
            }
            if let watermark = merged.watermark { got.append((index, "\(watermark.millis)")) }
            if let status = merged.status { got.append((index, "\(status)")) }
        }
        expectEqual(got, testCase, ordered: true) { item in
            item.type == "status" ? item.string("status")?.lowercased() : "\(item.ts)"
        }
    }

    private func inputStatus(_ name: String?) -> InputStatus? {
        switch name {
        case "ACTIVE": .active
        case "IDLE": .idle
        case "FINISHED": .finished
        default: nil
        }
    }
}
