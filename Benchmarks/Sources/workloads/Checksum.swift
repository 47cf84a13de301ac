import Millrace
import Synchronization

/// The number of result rows and a checksum over them that does not depend on their order.
///
/// A sink runs on one task, so the sum is kept there and published once per batch.
final class Checksum: Sendable {
    private let state = Mutex((rows: 0, sum: UInt64(0)))

    var rows: Int { state.withLock { $0.rows } }
    var sum: UInt64 { state.withLock { $0.sum } }

    func add(rows: Int, sum: UInt64) {
        state.withLock {
            $0.rows += rows
            $0.sum &+= sum
        }
    }

    /// The hash of a row's columns, in order.
    @inline(__always)
    static func row(_ a: Int64, _ b: UInt64, _ c: Int64, _ d: Int64) -> UInt64 {
        var hash = Draw.mix(UInt64(bitPattern: a))
        hash = Draw.mix(hash ^ b)
        hash = Draw.mix(hash ^ UInt64(bitPattern: c))
        return Draw.mix(hash ^ UInt64(bitPattern: d))
    }

    @inline(__always)
    static func row(_ a: Int64, _ b: UInt64, _ c: Int64, _ d: Int64, _ e: Int64) -> UInt64 {
        Draw.mix(row(a, b, c, d) ^ UInt64(bitPattern: e))
    }
}
