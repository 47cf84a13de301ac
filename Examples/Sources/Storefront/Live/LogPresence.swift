public import Millrace

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Whether a log is still where it was opened.
///
/// What is written to a file that has been deleted goes nowhere, and no write says so.
struct LogPresence: Sendable {
    private struct Identity: Sendable, Equatable {
        var device: UInt64
        var number: UInt64

        init?(_ path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            device = UInt64(truncatingIfNeeded: status.st_dev)
            number = UInt64(truncatingIfNeeded: status.st_ino)
        }
    }

    private let log: String
    private let places: [(path: String, identity: Identity?)]

    /// Takes note of a log that has just been opened.
    init(_ log: String, partitions: Int) {
        self.log = log
        places = (["log.meta"] + (0..<partitions).map { "\($0)" }).map {
            ("\(log)/\($0)", Identity("\(log)/\($0)"))
        }
    }

    /// Why nothing that is written can be found again; `nil` if all is well.
    /// - Complexity: A call of the system for each partition.
    func check() -> StreamError? {
        for (path, identity) in places where Identity(path) != identity {
            return StreamError(
                .inputOutput, LogTrouble.directoryGone.text, place: "'\(path)'")
        }
        return nil
    }
}

/// Why no event can be taken in, as who sends it is told.
public enum LogTrouble: Sendable {
    case diskFull, directoryGone, unwritable

    /// What is the matter, and what mends it.
    public var text: String {
        switch self {
        case .diskFull:
            "the disk is full: nothing can be written until there is room; it goes on by itself then"
        case .directoryGone:
            "the data directory has been deleted, moved or replaced: nothing can be written; put it "
                + "back, or stop, restore it from a copy, and start"
        case .unwritable: "the log of the shop cannot be written at the moment"
        }
    }

    public init(_ error: StreamError) {
        if error.message == Self.directoryGone.text {
            self = .directoryGone
        } else if error.storageFault == .noSpace {
            self = .diskFull
        } else {
            self = .unwritable
        }
    }
}
