import Millrace
import Synchronization

/// How many requests each client may still send: a token bucket per address.
///
/// A bucket holds up to a burst of tokens, a request takes one, and they come back at the rate.
final class ClientRates: Sendable {
    private struct Bucket {
        var tokens: Double
        var time: Timestamp
    }

    /// How many clients are remembered at once. Beyond it those at rest are forgotten, which they do not
    /// notice, and if none is, all are: it must take bounded memory, and not shut out who comes new.
    static let clientLimit = 10_000

    private let rate: Double
    private let burst: Double
    private let buckets = Mutex<[String: Bucket]>([:])

    /// - Parameters:
    ///   - rate: Requests per second over time; positive.
    ///   - burst: Requests at once after a rest; at least 1.
    init(rate: Double, burst: Double) {
        precondition(rate > 0 && burst >= 1, "a client may send something")
        self.rate = rate
        self.burst = burst
    }

    /// Takes a token of a client; `nil` if there was one, else how long until there is.
    func take(for client: String, at now: Timestamp) -> Duration? {
        buckets.withLock { buckets in
            if buckets.count >= Self.clientLimit, buckets[client] == nil { forget(&buckets, now) }
            var bucket = buckets[client] ?? Bucket(tokens: burst, time: now)
            bucket.tokens = tokens(of: bucket, at: now)
            bucket.time = now
            defer { buckets[client] = bucket }
            if bucket.tokens >= 1 {
                bucket.tokens -= 1
                return nil
            }
            return .seconds((1 - bucket.tokens) / rate)
        }
    }

    private func tokens(of bucket: Bucket, at now: Timestamp) -> Double {
        // The clock may be set back; nobody loses tokens by that.
        let seconds = max(.zero, now - bucket.time) / .seconds(1)
        return min(burst, bucket.tokens + seconds * rate)
    }

    private func forget(_ buckets: inout [String: Bucket], _ now: Timestamp) {
        buckets = buckets.filter { tokens(of: $0.value, at: now) < burst }
        if buckets.count >= Self.clientLimit { buckets.removeAll() }
    }
}
