import HTTPTypes
import Millrace
import NIOCore
import NIOHTTPTypes

/// Keeps a connection within its limits, whatever its client does: the size of each body and the time it
/// takes, and the time without a byte of the response taken. A response that says `Connection: close` is the
/// last one.
///
/// A connection for which there is no room gets one answer: 503, or that of a probe. Left waiting to be accepted,
/// it would keep whoever watches the server waiting as well.
///
/// Used on the event loop of its channel alone.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// For how long the rest of a request is read and dropped before its connection is closed: closing with
    /// bytes unread would reset it, and the client might not see the response.
    static let lingering = TimeAmount.seconds(1)

    private let bodyLimit: Int
    private let bodyTime: TimeAmount
    private let writeTime: TimeAmount
    private let excessTime: TimeAmount
    private let connections: ConnectionCount
    /// Whether there was no room for this connection when it came.
    private var isExcess = false
    private var excessTimer: Scheduled<Void>?
    private var bodyBytes = 0
    private var isInBody = false
    /// Whether nothing more of the client is passed on.
    private var isCut = false
    private var isLastResponse = false
    private var openRequests = 0
    private var bodyTimer: Scheduled<Void>?
    private var writeTimer: Scheduled<Void>?

    init(_ limits: ServerLimits, _ connections: ConnectionCount) {
        self.connections = connections
        excessTime = TimeAmount(limits.excessTime)
        bodyLimit = limits.bodyBytes
        bodyTime = TimeAmount(limits.bodyTime)
        writeTime = TimeAmount(limits.writeTime)
    }

    // MARK: - Connections

    func handlerAdded(context: ChannelHandlerContext) {
        isExcess = !connections.enter()
        if isExcess { excessTimer = start(excessTime, context) { $1.close(promise: nil) } }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        connections.leave()
        stop(&bodyTimer)
        stop(&writeTimer)
        stop(&excessTimer)
    }

    /// Who watches the server must see it when it is busy most of all.
    private static func isProbe(_ head: HTTPRequest) -> Bool {
        let path = head.path?.prefix { $0 != "?" }
        return path == "/healthz" || path == "/readyz"
    }

    /// Says that there is no room, and closes.
    private func turnAway(_ context: ChannelHandlerContext) {
        connections.refuse()
        var json = JSONWriter()
        json.object(
            Problem.unavailable("as many connections are open as may be", retryAfter: .seconds(5)))
        let head = HTTPResponse(
            status: .serviceUnavailable,
            headerFields: [
                .contentType: "application/problem+json", .retryAfter: "5", .connection: "close",
                .contentLength: "\(json.bytes.count)",
            ])
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(ByteBuffer(bytes: json.bytes))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        linger(context)
    }

    // MARK: - Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isCut { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            stop(&excessTimer)
            if isExcess, !Self.isProbe(head) { return turnAway(context) }
            isInBody = true
            bodyBytes = 0
            openRequests += 1
            goOn(head, context)
        case .body(let bytes):
            bodyBytes += bytes.readableBytes
            if bodyBytes > bodyLimit {
                return cut(Problem.tooLarge("the body has more than \(bodyLimit) bytes"), context)
            }
        case .end:
            isInBody = false
            stop(&bodyTimer)
        }
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if isInBody, !isCut, bodyTimer == nil {
            bodyTimer = start(bodyTime, context) { $0.cut(Problem.timedOut, $1) }
        }
        context.fireChannelReadComplete()
    }

    /// Tells a client that waits for it to send the body.
    private func goOn(_ head: HTTPRequest, _ context: ChannelHandlerContext) {
        guard head.headerFields[.expect]?.lowercased() == "100-continue", openRequests == 1 else {
            return
        }
        let isTooLarge = head.headerFields[.contentLength].flatMap { Int($0) }.map {
            $0 > bodyLimit
        }
        if isTooLarge == true { return }
        let part = HTTPResponsePart.head(HTTPResponse(status: .continue))
        context.writeAndFlush(wrapOutboundOut(part), promise: nil)
    }

    /// Ends the request that is being read with an error, for whoever waits for its body.
    private func cut(_ problem: Problem, _ context: ChannelHandlerContext) {
        isCut = true
        stop(&bodyTimer)
        context.fireErrorCaught(problem)
    }

    // MARK: - Responses

    func write(
        context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?
    ) {
        var data = data
        switch unwrapOutboundIn(data) {
        case .head(var head):
            if isExcess {
                head.headerFields[.connection] = "close"
                data = wrapOutboundOut(.head(head))
            }
            if head.headerFields[.connection] == "close" { isLastResponse = true }
        case .body: break
        case .end:
            openRequests -= 1
            guard isLastResponse else { break }
            context.writeAndFlush(data, promise: promise)
            return linger(context)
        }
        context.write(data, promise: promise)
    }

    private func linger(_ context: ChannelHandlerContext) {
        isCut = true
        stop(&bodyTimer)
        context.close(mode: .output, promise: nil)
        bodyTimer = start(Self.lingering, context) { $1.close(promise: nil) }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            stop(&writeTimer)
        } else if writeTimer == nil {
            writeTimer = start(writeTime, context) { $1.close(promise: nil) }
        }
        context.fireChannelWritabilityChanged()
    }

    // MARK: - Time

    private func start(
        _ time: TimeAmount, _ context: ChannelHandlerContext,
        _ body: @escaping (ConnectionGuard, ChannelHandlerContext) -> Void
    ) -> Scheduled<Void> {
        context.eventLoop.assumeIsolated().scheduleTask(in: time) { body(self, context) }
    }

    private func stop(_ timer: inout Scheduled<Void>?) {
        timer?.cancel()
        timer = nil
    }
}

@available(*, unavailable)
extension ConnectionGuard: Sendable {}
