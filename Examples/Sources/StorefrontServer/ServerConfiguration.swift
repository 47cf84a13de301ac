import Storefront

/// Where the shop is served, to whom, and within what limits.
public struct ServerConfiguration: Sendable {
    /// The address to listen on. Only this machine can reach the default.
    public var host = "127.0.0.1"
    /// The port to listen on; 0 takes any that is free.
    public var port = 8080
    /// What `POST /track` demands as `Authorization: Bearer …`; `nil` for nothing.
    public var trackToken: String?
    /// What the calls under `/admin` demand; `nil` for nothing.
    public var adminToken: String?
    /// What one client and all together may use.
    public var limits = ServerLimits()
    /// How often a listener that has nothing to hear is sent a sign of life.
    public var heartbeat = Duration.seconds(15)

    public init() {}
}

/// What clients of a server may use before they are turned away or cut off.
public struct ServerLimits: Sendable {
    /// The largest body of a request, in bytes; above it the answer is 413.
    public var bodyBytes = 1 << 20
    /// The most events of one request; above it the answer is 413.
    public var eventsPerRequest = 1_000
    /// How many requests a client (an address) may send per second over time; above it the answer is 429.
    /// `nil` for any number.
    public var requestsPerSecond: Double? = 20_000
    /// How many requests a client may send at once after a rest.
    public var requestBurst = 40_000.0
    /// How many events may wait for the log to be written; above it the answer is 503.
    public var waitingEvents = 50_000
    /// How many connections may be open. What comes beyond is told so with 503 and closed; probes of `/healthz`
    /// and `/readyz` are answered all the same, and then closed.
    public var connections = 2_000
    /// How many connections beyond may be open to be told so; more wait until one is closed.
    public var excessConnections = 500
    /// How long a connection beyond may take to send the head of its request.
    public var excessTime = Duration.seconds(2)
    /// How many may listen to the events as they pass; above it the answer is 503.
    public var listeners = 100
    /// How far a listener may be behind before it is told so and cut off, in events.
    public var listenerEvents = 4_096
    /// How long a connection may take to send the head of a request, and be idle between requests.
    public var headTime = Duration.seconds(20)
    /// How long the body of a request may take; after it the answer is 408. Less than ``headTime``: a client
    /// that sends nothing at all for so long is cut off without an answer.
    public var bodyTime = Duration.seconds(15)
    /// How long a client may take no byte of its response before the connection is closed.
    public var writeTime = Duration.seconds(30)
    /// The largest head of a request, in bytes; above it the answer is 400 and the connection is closed.
    public var headBytes = 16 << 10
    /// How far the clock of a client may be ahead. Events of a later time are refused; those of a time ahead
    /// by less are taken as happening now.
    public var clockAhead = ShopEvent.clockAhead

    public init() {}
}
