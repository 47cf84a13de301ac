import HTTPTypes
import Hummingbird
import Logging
import Metrics
import Millrace
import Storefront

/// What every request passes: limits before it is answered, and headers, figures and log behind.
struct EdgeMiddleware: RouterMiddleware {
    let rates: ClientRates?
    let time: TimeSource
    let figures: RequestFigures
    let shop: LiveShop

    func handle(
        _ request: Request, context: ShopContext,
        next: (Request, ShopContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        figures.active.increment()
        defer { figures.active.decrement() }
        var response: Response
        do {
            try admit(request, context)
            response = try await next(request, context)
        } catch {
            response = try Problem(
                error, logFailure: shop.logFailure, logger: context.logger
            ).response
            if request.method == .head { response = response.createHeadResponse() }
        }
        response.headers[.requestID] = context.requestID
        SecurityHeaders.add(to: &response.headers)
        let elapsed = ContinuousClock.now - start
        figures.record(
            route: context.endpointPath, method: request.method, status: response.status, elapsed)
        log(request, response.status, elapsed, context.logger)
        return response
    }

    private func admit(_ request: Request, _ context: ShopContext) throws {
        try request.refuseCrossSite()
        // Who watches the server must see it when it is busy most of all.
        let path = request.uri.path
        guard let rates, path != "/healthz", path != "/readyz" else { return }
        if let wait = rates.take(for: context.client, at: time.now()) {
            throw Problem.tooMany(retryAfter: wait)
        }
    }

    /// Says what was asked, never with which headers, and without the query: both may say who asks.
    private func log(
        _ request: Request, _ status: HTTPResponse.Status, _ elapsed: Duration, _ logger: Logger
    ) {
        logger.log(
            level: status.kind == .serverError && status != .serviceUnavailable ? .error : .debug,
            "\(request.method.rawValue) \(request.uri.path) \(status.code)",
            metadata: ["seconds": "\(elapsed / .seconds(1))"])
    }
}

/// What keeps a browser from doing anything with the pages that they do not ask for.
enum SecurityHeaders {
    /// Nothing inline and nothing from elsewhere: scripts, styles, images and calls are the server's own.
    private static let policy = [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:",
        "font-src 'self'", "connect-src 'self'", "manifest-src 'self'", "base-uri 'none'",
        "form-action 'self'", "frame-ancestors 'none'",
    ].joined(separator: "; ")

    static func add(to headers: inout HTTPFields) {
        headers[.contentSecurityPolicy] = policy
        headers[.xContentTypeOptions] = "nosniff"
        headers[.referrerPolicy] = "same-origin"
        headers[.resourcePolicy] = "same-origin"
        headers[.frameOptions] = "DENY"
    }
}

extension HTTPField.Name {
    static let requestID = header("X-Request-ID")
    fileprivate static let referrerPolicy = header("Referrer-Policy")
    fileprivate static let resourcePolicy = header("Cross-Origin-Resource-Policy")
    fileprivate static let frameOptions = header("X-Frame-Options")

    /// A header that HTTPTypes has no name for.
    static func header(_ name: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(name) else {
            preconditionFailure("'\(name)' is not a header's name")
        }
        return name
    }
}
