import Millrace
let G: UInt64 = 0x9E3779B97F4A7C15
@inline(__always) func mix(_ x: UInt64) -> UInt64 { var z = x; z = (z ^ (z >> 30)) &* 0xBF58476D1CE4E5B9; z = (z ^ (z >> 27)) &* 0x94D049BB133111EB; return z ^ (z >> 31) }
struct Event: Sendable { var user: UInt64, product: UInt64, ts: Int64, amount: Int64 }
struct CSM: Sendable { var count: Int64 = 0, sum: Int64 = 0, max: Int64 = .min }
struct CountSumMax: Aggregate { func makeAccumulator() -> CSM { CSM() }
  @inline(__always) func add(_ x: borrowing Event, at t: Timestamp, to a: inout CSM) { a.count &+= 1; a.sum &+= x.amount; if x.amount > a.max { a.max = x.amount } }
  func merge(_ o: CSM, into a: inout CSM) { a.count &+= o.count; a.sum &+= o.sum; a.max = max(a.max, o.max) }
  func result(of a: CSM) -> CSM { a } }
@Sendable @inline(__always) func event(_ i: Int) -> (Event, Timestamp) {
  let r = mix(1 &+ (UInt64(i) &+ 1) &* G)
  let ts = 1_700_000_000_000 &+ Int64(i / 1000) &+ Int64((((r >> 16) & 0x3FF) &* 1000) >> 10)
  return (Event(user: (((r >> 12) & 0xFFFF_FFFF) &* 1_000_000) >> 32, product: ((r >> 32) &* 100_000) >> 32, ts: ts, amount: Int64(((r & 0xFFFF) &* 10_000) >> 16) + 1), Timestamp(millis: ts))
}
final class Sum: @unchecked Sendable { var check: UInt64 = 0, rows = 0 }
func w1(_ n: Int, _ p: Int) async throws {
  let sum = Sum()
  let t = try Topology("w1") { flow in
    flow.source(.generator(count: n) { @Sendable in event($0) }, watermarks: .bounded(outOfOrderness: .seconds(1)))
      .keyed(by: { $0.product }).window(.tumbling(.seconds(10))).aggregate(CountSumMax())
      .forEachBatch { b in
        for r in b.elements { sum.rows += 1; var h = mix(UInt64(bitPattern: r.window.start.millis)); h = mix(h ^ r.key); h = mix(h ^ UInt64(bitPattern: r.value.count)); h = mix(h ^ UInt64(bitPattern: r.value.sum)); h = mix(h ^ UInt64(bitPattern: r.value.max)); sum.check &+= h }
      }
  }
  let t0 = ContinuousClock.now
  let report = try await t.run(RunOptions(parallelism: p))
  let d = ContinuousClock.now - t0
  let sec = Double(d.components.seconds) + Double(d.components.attoseconds) / 1e18
  print("rows \(sum.rows) checksum \(String(sum.check, radix: 16)) \(sec) s \(Double(n)/sec/1e6) M/s")
  for o in report.operators { print(o) }
}
let n = Int(CommandLine.arguments.dropFirst().first ?? "20000000")!, p = Int(CommandLine.arguments.dropFirst(2).first ?? "1")!
try await w1(n, p)
