public import Millrace
public import Topologies

/// A user, or a user and a product, that has reached a step of a funnel for the first time.
public struct FunnelArrival: Sendable, Equatable, JSONEncodableRecord {
    public var funnel: String
    /// From 0.
    public var step: Int
    public var user: ID
    /// The product, in a funnel per user and product.
    public var product: ID?
    public var time: Timestamp

    public func encode(to json: inout JSONWriter) {
        json.field("funnel", funnel)
        json.field("step", step)
        json.field("user", user)
        if let product { json.field("item", product) }
        json.field("ts_ms", time)
    }
}

/// How many keys have reached each step of a funnel.
public struct FunnelReport: Sendable, Equatable, JSONEncodableRecord {
    public var funnel: Funnel
    public var window: Window
    /// As many as the funnel has steps.
    public var reached: [Int]

    public func encode(to json: inout JSONWriter) {
        json.field("funnel", funnel.name)
        json.field("scope", funnel.scope.rawValue)
        json.field("limit_ms", funnel.limit.wholeMillis)
        if window != .global { json.field("window_start", window.start) }
        json.field("steps", zip(funnel.steps, reached)) {
            $0.object(StepRow(step: $1.0.label, reached: $1.1))
        }
        json.field(
            "conversion", reached[0] == 0 ? 0 : Double(reached.last ?? 0) / Double(reached[0]))
    }

    private struct StepRow: JSONEncodableRecord {
        var step: String
        var reached: Int

        func encode(to json: inout JSONWriter) {
            json.field("step", step)
            json.field("reached", reached)
        }
    }
}

/// Follows every key through a funnel. Each arrival at a step comes out once per key, as it happens. The
/// input must be in event order, as ``intake(_:remembering:refused:)`` leaves it.
///
/// - Parameter expiry: How long a key without events is remembered; one that comes back starts anew. For
///   ever by default.
public func funnelArrivals(
    _ events: DataStream<ShopEvent>, _ funnel: Funnel, expiry: StateExpiry? = nil
) -> DataStream<FunnelArrival> {
    follow(events, FunnelGroup([funnel]), name: "\(funnel.name)-progress", expiry: expiry)
}

/// Follows every key through several funnels at once, for little more than the price of one: the arrivals are
/// those of ``funnelArrivals(_:_:expiry:)`` for each of them.
///
/// - Parameter name: Names the operator and its state, in which steps are told apart by their places: other
///   funnels need another name.
/// - Precondition: There are funnels, of different names, all of one scope and with one first step.
public func funnelArrivals(
    _ events: DataStream<ShopEvent>, _ funnels: [Funnel], name: String
) -> DataStream<FunnelArrival> {
    follow(events, FunnelGroup(funnels), name: name, expiry: nil)
}

private func follow(
    _ events: DataStream<ShopEvent>, _ group: FunnelGroup, name: String, expiry: StateExpiry?
) -> DataStream<FunnelArrival> {
    events
        .filter { group.has($0.type) }
        .keyed(by: { group.funnels[0].key(of: $0) })
        .process(
            name, state: FunnelProgress.self, output: FunnelArrival.self, expiry: expiry
        ) { event, progress, context in
            if progress == nil { progress = FunnelProgress() }
            progress?.follow(event.type, at: event.time, in: group) { funnel, step in
                context.emit(
                    FunnelArrival(
                        funnel: funnel.name, step: step, user: event.user,
                        product: funnel.scope == .userAndProduct ? event.product : nil,
                        time: event.time))
            }
        }
}

/// Counts a funnel's arrivals per step and window.
public func funnelReports(
    _ arrivals: DataStream<FunnelArrival>, of funnel: Funnel,
    in window: WindowKind<FunnelArrival> = .global
) -> DataStream<FunnelReport> {
    arrivals
        .keyed(by: { _ in 0 })
        .window(window)
        .aggregate(
            .folding(
                into: Array(repeating: 0, count: funnel.steps.count),
                add: { $1[$0.step] += 1 },
                merge: { other, counts in
                    for step in counts.indices { counts[step] += other[step] }
                }),
            name: "\(funnel.name)-counts"
        )
        .map { FunnelReport(funnel: funnel, window: $0.window, reached: $0.value) }
}

extension Funnel {
    /// Whose chain an event belongs to: a user's, or a user's for a product.
    func key(of event: ShopEvent) -> Fingerprint {
        var key = Fingerprint()
        key.add(event.user)
        if scope == .userAndProduct { key.add(event.product) }
        return key
    }
}
