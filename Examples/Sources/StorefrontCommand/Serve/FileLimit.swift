#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// How many files and connections the process may have open.
enum FileLimit {
    /// Raises the limit to what this process may raise it to: systems begin with fewer than the server takes
    /// connections.
    /// - Returns: The limit that there is now; `nil` if the system does not say.
    static func raise() -> UInt? {
        #if canImport(Glibc)
            let kind = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
            let kind = RLIMIT_NOFILE
        #endif
        var limit = rlimit()
        guard getrlimit(kind, &limit) == 0 else { return nil }
        let before = limit.rlim_cur
        // Without end, some systems make tables of that size.
        limit.rlim_cur = max(before, min(limit.rlim_max, 65_536))
        return UInt(setrlimit(kind, &limit) == 0 ? limit.rlim_cur : before)
    }
}
