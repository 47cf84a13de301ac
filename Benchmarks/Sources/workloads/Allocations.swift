import ArgumentParser
import CProcess
import Millrace

/// How often a workload asks for memory, over two lengths of run.
///
/// What every run needs once (workers, channels, tables that grow to their size) is in both counts,
/// so the steady state is the difference of the counts over the difference of the lengths.
struct Allocations {
    /// What the library promises for its steady state.
    static let goalPerEvent = 0.01

    struct Run {
        var events: Int
        var count: UInt64
    }

    var workload: Workload
    var parallelism: Int
    var short: Run
    var long: Run

    var perEvent: Double {
        (Double(long.count) - Double(short.count)) / Double(long.events - short.events)
    }

    var meetsGoal: Bool { perEvent < Self.goalPerEvent }

    /// The counts as a line of JSON.
    var json: String {
        """
        {"workload":"\(workload.rawValue)","parallelism":\(parallelism),\
        "events":[\(short.events),\(long.events)],"allocations":[\(short.count),\(long.count)],\
        "allocations_per_event":\(perEvent),"goal":\(Self.goalPerEvent),"meets_goal":\(meetsGoal)}
        """
    }

    /// Counts over runs of `events` and of twice as many, after one that is not counted.
    static func count(_ workload: Workload, events: Int, parallelism: Int) async throws
        -> Allocations
    {
        guard process_can_count_allocations(), seesSwiftAllocations() else {
            throw ValidationError("allocations can be counted only where the C library is glibc")
        }
        guard !workload.readsFile else {
            throw ValidationError("allocations are counted for generated events only")
        }
        func run(_ events: Int) async throws -> Run {
            let topology = try workload.topology(events, input: "", into: Checksum())
            process_start_counting_allocations()
            try await topology.run(RunOptions(parallelism: parallelism))
            return Run(events: events, count: process_stop_counting_allocations())
        }
        _ = try await run(events)
        let short = try await run(events)
        return Allocations(
            workload: workload, parallelism: parallelism, short: short,
            long: try await run(2 * events))
    }

    /// Whether the counter sees what the Swift runtime allocates: one that sees nothing would meet
    /// every goal.
    private static func seesSwiftAllocations() -> Bool {
        let count = 1000
        process_start_counting_allocations()
        let arrays = (0..<count).map { Array(repeating: $0, count: 4) }
        let seen = process_stop_counting_allocations()
        return arrays.count == count && seen >= UInt64(count)
    }
}
