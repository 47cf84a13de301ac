import Millrace

/// A model as it was at the last multiple of a period: what a job that retrains now and then serves.
///
/// It shows what learning with every event is worth. The snapshot is a copy of the live value, so
/// only what changes afterwards is stored twice.
public struct BatchModel<Base: SessionModel>: SessionModel {
    private let periodMillis: Int64
    private var period = Int64.min
    private var live: Base
    private var served: Base

    /// Serves `base` as it was at multiples of `period` since 1970.
    public init(_ base: Base, every period: Duration) {
        let (seconds, attoseconds) = period.components
        periodMillis = seconds * 1000 + attoseconds / 1_000_000_000_000_000
        precondition(periodMillis > 0, "the period is at least a millisecond")
        live = base
        served = base
    }

    /// The list of the model as it was at the latest multiple of the period.
    public mutating func recommend(_ request: RecommendationRequest) -> [ItemID] {
        advance(to: request.time)
        return served.recommend(request)
    }

    /// Takes the visit into the live model, which is served from the next multiple of the period.
    public mutating func learn(_ visit: Visit, after items: [ItemID]) {
        advance(to: visit.time)
        live.learn(visit, after: items)
    }

    private mutating func advance(to time: Timestamp) {
        let current = time.millis / periodMillis
        guard current > period else { return }
        period = current
        served = live
    }
}
