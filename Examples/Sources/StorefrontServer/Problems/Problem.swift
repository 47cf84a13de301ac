import HTTPTypes
import Hummingbird
import Millrace
import Storefront

/// Why a request is not answered as asked, as RFC 9457 has it.
struct Problem: Error, Sendable {
    var status: HTTPResponse.Status
    /// What is wrong with this very request, for people.
    var detail: String
    /// The parameters or fields that are wrong.
    var errors: [InvalidEvent.FieldError] = []
    /// What became of each event, where there were several.
    var results: [TrackResult] = []
    var headers: HTTPFields = [:]

    /// The problem as an answer.
    var response: Response {
        .json(self, status: status, type: "application/problem+json", headers: headers)
    }
}

extension Problem: JSONEncodableRecord {
    func encode(to json: inout JSONWriter) {
        // The type is the status' own: nothing more is known of the problem than status and detail say.
        json.field("type", "about:blank")
        json.field("title", status.reasonPhrase)
        json.field("status", status.code)
        json.field("detail", detail)
        if !errors.isEmpty { json.field("errors", errors) { $0.object($1) } }
        if results.isEmpty { return }
        json.field("accepted", 0)
        json.field("rejected", results.count)
        json.field("results", results) { $0.object($1) }
    }
}

// MARK: - What goes wrong

extension Problem {
    static func badRequest(_ detail: String) -> Problem {
        Problem(status: .badRequest, detail: detail)
    }

    /// A parameter of the query or the path that is not as it should be.
    static func parameter(_ name: String, _ problem: String) -> Problem {
        Problem(
            status: .badRequest, detail: "the parameter '\(name)' \(problem)",
            errors: [InvalidEvent.FieldError(name, problem)])
    }

    static func notFound(_ detail: String) -> Problem {
        Problem(status: .notFound, detail: detail)
    }

    static func methodNotAllowed(allowed: String) -> Problem {
        Problem(
            status: .methodNotAllowed, detail: "this path takes \(allowed)",
            headers: [.allow: allowed])
    }

    static func unauthorized(_ detail: String) -> Problem {
        Problem(
            status: .unauthorized, detail: detail,
            headers: [.wwwAuthenticate: "Bearer realm=\"storefront\""])
    }

    /// More than the server takes; what is left of the request is not read.
    static func tooLarge(_ detail: String) -> Problem {
        Problem(status: .contentTooLarge, detail: detail, headers: [.connection: "close"])
    }

    /// The rest of the request did not come in time.
    static let timedOut = Problem(
        status: .requestTimeout, detail: "the body did not come in time",
        headers: [.connection: "close"])

    /// The client has to wait.
    static func tooMany(retryAfter: Duration) -> Problem {
        Problem(
            status: .tooManyRequests, detail: "this client sends more requests than it may",
            headers: [.retryAfter: retryAfter.wholeSeconds])
    }

    /// The server cannot answer this yet, or just now.
    static func unavailable(_ detail: String, retryAfter: Duration = .seconds(1)) -> Problem {
        Problem(
            status: .serviceUnavailable, detail: detail,
            headers: [.retryAfter: retryAfter.wholeSeconds])
    }
}

extension Duration {
    /// Seconds, rounded up, at least one: what `Retry-After` takes.
    var wholeSeconds: String {
        let seconds = components.seconds + (components.attoseconds > 0 ? 1 : 0)
        return String(max(1, seconds))
    }
}
