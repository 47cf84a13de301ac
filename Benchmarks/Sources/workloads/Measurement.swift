import CReference
import Millrace

/// One run of a workload.
struct Measurement {
    var workload: Workload
    var events: Int
    var parallelism: Int
    var seconds: Double
    var rows: Int
    var checksum: UInt64

    var rate: Double { Double(events) / seconds }

    /// The run as a line of JSON.
    var json: String {
        let peak = Int(reference_peak_megabytes())
        return """
            {"workload":"\(workload.rawValue)","events":\(events),"parallelism":\(parallelism),\
            "seconds":\(seconds),"events_per_s":\(Int(rate)),"rows":\(rows),\
            "checksum":"\(hexadecimal(checksum))","peak_rss_mb":\(peak)}
            """
    }

    /// Runs a workload through the public API.
    static func run(
        _ workload: Workload, events: Int, parallelism: Int, input: String
    ) async throws -> Measurement {
        let result = Checksum()
        let topology = try workload.topology(
            events, input: input, parts: parallelism, into: result)
        let began = ContinuousClock.now
        let report = try await topology.run(RunOptions(parallelism: parallelism))
        let seconds = (ContinuousClock.now - began) / .seconds(1)
        return Measurement(
            workload: workload, events: report["source-1"]?.received ?? events,
            parallelism: parallelism, seconds: seconds, rows: result.rows, checksum: result.sum)
    }

    /// Runs the hand-written loop for a workload.
    static func reference(_ workload: Workload, events: Int, input: String) -> Measurement {
        let made =
            workload.readsFile
            ? reference_run_file(input, UInt64(events))
            : reference_run(workload.rawValue, UInt64(events))
        return Measurement(
            workload: workload, events: events, parallelism: 1, seconds: made.seconds,
            rows: Int(made.rows), checksum: made.checksum)
    }

    private func hexadecimal(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
