#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The operating system's clocks.
enum SystemClock {
    /// The wall clock, in whole milliseconds since 1970-01-01T00:00Z.
    static func wallTime() -> Timestamp {
        var time = timespec()
        let status = clock_gettime(CLOCK_REALTIME, &time)
        precondition(status == 0, "the system has no wall clock")
        return Timestamp(millis: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}
