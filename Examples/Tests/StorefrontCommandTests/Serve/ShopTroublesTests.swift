import Foundation
import Logging
import Millrace
import Storefront
import Synchronization
import Testing

@testable import StorefrontCommand

@Suite struct ShopTroublesTests {
    /// What has been logged.
    private final class Lines: LogHandler, Sendable {
        let lines = Mutex<[String]>([])
        var metadata: Logger.Metadata {
            get { [:] }
            set {}
        }
        var logLevel: Logger.Level {
            get { .info }
            set {}
        }
        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { nil }
            set {}
        }

        func log(event: LogEvent) {
            lines.withLock { $0.append("\(event.level) \(event.message)") }
        }
    }

    private func lines(_ body: (ShopTroubles) -> Void) -> [String] {
        let lines = Lines()
        body(ShopTroubles(Logger(label: "test") { _ in lines }))
        return lines.lines.withLock { $0 }
    }

    private let full = StreamError(
        .inputOutput, "'log' could not be written", cause: StorageFault.noSpace)

    @Test func aTroubleIsSaidWhenItBeginsAndWhenItEnds() {
        let said = lines { troubles in
            for _ in 0..<3 { troubles.note(nil) }
            for _ in 0..<3 { troubles.note(full) }
            troubles.note(StreamError(.inputOutput, "Input/output error"))
            for _ in 0..<3 { troubles.note(nil) }
        }
        #expect(said.map { $0.prefix { $0 != " " } } == ["error", "error", "notice"])
        #expect(said.first?.contains("the disk is full") == true)
    }

    @Test func checkpointsThatFailAreSaidOnce() {
        let said = lines { troubles in
            for _ in 0..<4 { troubles.note(CheckpointEvent.failed(full)) }
            troubles.note(CheckpointEvent.beganAnew)
        }
        #expect(said.count == 1)
    }

    @Test func alertsThatCannotBePostedAreSaidWhenThatBeginsAndEnds() {
        var figures = WebhookFigures.Snapshot()
        let said = lines { troubles in
            troubles.note(figures)
            figures.trouble = "the status was 503"
            for _ in 0..<3 { troubles.note(figures) }
            figures.trouble = nil
            figures.posted = 1
            for _ in 0..<3 { troubles.note(figures) }
            figures.refused = 2
            figures.expired = 3
            for _ in 0..<3 { troubles.note(figures) }
        }
        #expect(said.map { $0.prefix { $0 != " " } } == ["warning", "notice", "error", "error"])
    }

    @Test func howATroubleOfPostingEndsIsSaidAsItIs() {
        func end(_ change: (inout WebhookFigures.Snapshot) -> Void) -> String? {
            var figures = WebhookFigures.Snapshot()
            // What was posted or refused before does not count.
            (figures.posted, figures.refused, figures.expired) = (7, 7, 7)
            let said = lines { troubles in
                troubles.note(figures)
                figures.trouble = "the status was 503"
                troubles.note(figures)
                figures.trouble = nil
                change(&figures)
                troubles.note(figures)
            }
            return said.first { $0.hasPrefix("notice") }
        }
        #expect(end { $0.posted += 1 } == "notice alerts are posted again")
        #expect(
            end { $0.refused += 1 }
                == "notice the receiver of alerts answers again, and refuses them")
        #expect(end { $0.expired += 1 } == "notice no alert waits to be posted any more")
    }

    @Test func aLostPlaceIsSaidOnceAndWhatFollowsFromIt() {
        var figures = WebhookFigures.Snapshot()
        figures.lostPlace = "'shop/feeds/webhook.json' is damaged"
        let said = lines { troubles in for _ in 0..<3 { troubles.note(figures) } }
        #expect(said.count == 1)
        #expect(said.first?.hasPrefix("warning ") == true)
        #expect(said.first?.contains("all of the last day are posted again") == true)
    }

    @Test func missingEventsAreSaidOnce() {
        let gap = EventLogGap(partition: 0, offsets: 3..<5)
        let said = lines { troubles in
            for _ in 0..<3 { troubles.note(skipped: [gap]) }
            troubles.note(skipped: [gap, EventLogGap(partition: 1, offsets: 3..<5)])
        }
        #expect(said.count == 2)
        #expect(
            said.allSatisfy { $0.hasSuffix("missing from the log, and left out of everything") })
        // What the state has counted is in the results, though it is lost.
        let lost = lines { $0.note(lost: [gap]) }
        #expect(lost == ["warning events are no longer in the log"])
    }
}
