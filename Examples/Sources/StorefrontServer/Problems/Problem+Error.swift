import HTTPTypes
import Hummingbird
import Logging
import Millrace
import NIOCore
import NIOHTTP1
import Storefront

extension Problem {
    /// What a client is told about an error. What it need not know goes to the log.
    /// - Parameter logFailure: Why the shop's log cannot be written; `nil` if it can.
    /// - Throws: The error itself where the connection is at fault, not the request: it is closed then.
    init(
        _ error: any Error, logFailure: @autoclosure () -> StreamError?, logger: Logger
    ) throws {
        switch error {
        case let problem as Problem: self = problem
        case let error as HTTPError where error.status == .notFound:
            self = .notFound("there is nothing at this path")
        case is NIOTooManyBytesError: self = .tooLarge("the body is larger than the server takes")
        case let error as any HTTPResponseError:
            self.init(status: error.status, detail: error.status.reasonPhrase)
        case is HTTPParserError, is ChannelError, is CancellationError: throw error
        case let error as StreamError:
            if error.code == .inputOutput, let failure = logFailure() {
                // The same for every request until it is mended: whoever runs the shop is told once, by what
                // watches it.
                logger.debug("a request failed", metadata: ["error": "\(error)"])
                self = .unavailable(LogTrouble(failure).text)
                return
            }
            logger.error("a request failed", metadata: ["error": "\(error)"])
            self = .unavailable("the shop cannot do this at the moment")
        default:
            logger.error("a request failed", metadata: ["error": "\(error)"])
            self.init(status: .internalServerError, detail: "the server has failed to answer")
        }
    }
}
