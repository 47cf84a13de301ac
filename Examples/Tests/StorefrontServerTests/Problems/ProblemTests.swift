import HTTPTypes
import Logging
import Millrace
import Synchronization
import Testing

@testable import StorefrontServer

@Suite struct ProblemTests {
    /// The levels at which something was logged.
    private final class Levels: LogHandler, Sendable {
        let levels = Mutex<[Logger.Level]>([])
        var metadata: Logger.Metadata {
            get { [:] }
            set {}
        }
        var logLevel: Logger.Level {
            get { .trace }
            set {}
        }
        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { nil }
            set {}
        }

        func log(event: LogEvent) { levels.withLock { $0.append(event.level) } }
    }

    private func problem(
        _ error: StreamError, logFailure: StreamError?
    ) throws -> (detail: String, levels: [Logger.Level]) {
        let levels = Levels()
        let problem = try Problem(
            error, logFailure: logFailure, logger: Logger(label: "test") { _ in levels })
        #expect(problem.status == .serviceUnavailable)
        return (problem.detail, levels.levels.withLock { $0 })
    }

    @Test func onlyAShopWhoseLogHasFailedBlamesIt() throws {
        let full = StreamError(.inputOutput, "no room", cause: StorageFault.noSpace)
        let unreadable = StreamError(.inputOutput, "'archive' could not be read")
        let late = StreamError(.timedOut, "late")
        for error in [full, unreadable] {
            let problem = try problem(error, logFailure: full)
            #expect(problem.detail.hasPrefix("the disk is full"))
            #expect(problem.levels == [.debug], "what watches the shop says it once")
        }
        for (error, failure) in [(unreadable, nil), (full, nil), (late, full)] {
            let problem = try problem(error, logFailure: failure)
            #expect(problem.detail == "the shop cannot do this at the moment")
            #expect(problem.levels == [.error])
        }
    }
}
