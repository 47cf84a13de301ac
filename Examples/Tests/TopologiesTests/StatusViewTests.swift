import ExampleSupport
import Millrace
import Synchronization
import Testing

@Suite struct StatusViewTests {
    private func finished() async throws -> RunMetrics {
        let topology = try Topology("counted") { flow in
            flow.source(
                .elements(0..<12_345), name: "clicks",
                eventTime: { Timestamp(millis: Int64($0)) }
            )
            .keyed(by: { (number: Int) -> Int in number % 10 })
            .aggregate(.count(), name: "counts")
            .forEach(name: "output") { _, _ in }
        }
        let report = try await topology.run(RunOptions(parallelism: 2))
        return RunMetrics(report)
    }

    @Test func theLinesSayHowFarItIs() async throws {
        let lines = StatusView(width: 100).lines(for: try await finished())
        #expect(lines.count == 5)
        #expect(lines[0].hasPrefix("[########################] 100 %  12,345 events  "))
        #expect(lines[1] == "watermark at the end  late 0  failed 0  state 10")
        #expect(lines[2].hasPrefix("  clicks  busy "))
        #expect(lines[3].hasPrefix("  counts  busy "))
        #expect(lines[4].hasPrefix("  output  busy "))
    }

    @Test func noLineIsWiderThanTheTerminal() async throws {
        let metrics = try await finished()
        for width in [1, 10, 40] {
            let lines = StatusView(width: width).lines(for: metrics)
            #expect(lines.allSatisfy { $0.count <= max(1, width - 1) })
        }
    }
}

@Suite struct StatusScreenTests {
    /// Keeps what is written to it.
    final class Terminal: Sendable {
        private let text = Mutex("")
        func write(_ more: String) { text.withLock { $0 += more } }
        func take() -> String {
            text.withLock { text in
                defer { text = "" }
                return text
            }
        }
    }

    @Test func linesAreDrawnInPlaceOfThoseBefore() {
        let terminal = Terminal()
        let screen = StatusScreen { terminal.write($0) }
        screen.show(["one", "two"])
        #expect(terminal.take() == "one\ntwo\n")
        screen.show(["three"])
        #expect(terminal.take() == "\u{1B}[2A\r\u{1B}[Jthree\n")
        screen.show([])
        #expect(terminal.take() == "\u{1B}[1A\r\u{1B}[J")
        screen.show([])
        #expect(terminal.take() == "")
    }

    @Test func linesMakeRoomForOthers() {
        let terminal = Terminal()
        let screen = StatusScreen { terminal.write($0) }
        screen.show(["status"])
        screen.hold()
        #expect(terminal.take() == "status\n\u{1B}[1A\r\u{1B}[J")
        screen.show(["newer"])
        #expect(terminal.take() == "")
        screen.release()
        #expect(terminal.take() == "newer\n")
        screen.say("done")
        #expect(terminal.take() == "\u{1B}[1A\r\u{1B}[Jdone\nnewer\n")
    }
}
