import Millrace
import NIOCore
import NIOPosix

extension Failure {
    /// Why a shop cannot begin, or go on, with what its data directory holds.
    init(shopIn data: String, _ error: any Error) {
        guard let error = error as? StreamError else {
            self.init(error)
            return
        }
        if error.storageFault == .inUse {
            self = .busy(
                "the data directory '\(data)' is in use by another process; stop that one, or choose "
                    + "another directory with --data")
        } else if error.code == .damagedCheckpoint {
            self = .data(
                "no checkpoint in '\(data)/checkpoints' is whole. Put a savepoint in its place, or move "
                    + "'\(data)/checkpoints' and '\(data)/archive' away: the next start builds both from "
                    + "'\(data)/log', as far back as that is kept")
        } else if error.storageFault == .offsetOutOfRange {
            self = .data(
                "'\(data)/log' ends before the events that '\(data)/checkpoints' has counted. Put the whole "
                    + "log back, or move '\(data)/checkpoints' and '\(data)/archive' away: the next start "
                    + "builds both from the log that there is")
        } else if error.storageFault == .damagedRecords || error.storageFault == .missingRecords {
            let place = error.place.map { "\($0): " } ?? ""
            let what = error.message.prefix { $0 != ";" }
            self = .data(
                "\(place)\(what). Put a copy of '\(data)/log' in its place, or go on without these "
                    + "events with --skip-damaged, which says which are lost")
        } else if error.storageFault == .missingOutput {
            let what = error.message.prefix { $0 != ";" }
            self = .inputOutput(
                "\(what). Put '\(data)/archive' back as it was, or move '\(data)/checkpoints' and "
                    + "'\(data)/archive' away: the next start builds both from '\(data)/log', as far back "
                    + "as that is kept")
        } else {
            self.init(error)
        }
    }

    /// Why the server cannot listen; `nil` if that is not what the error is about.
    init?(listeningTo host: String, port: Int, _ error: any Error) {
        let text = "\(error)"
        func says(_ words: String...) -> Bool { words.contains { text.contains($0) } }
        if says("Address already in use", "errno: 98)") {
            self = .unavailable(
                "--port \(port): it is in use on \(host); choose another, or 0 for any that is free"
            )
        } else if says("Permission denied", "errno: 13)") {
            self = .unavailable(
                "--port \(port): this user may not listen to it; choose one from 1024 on, or 0 for any "
                    + "that is free")
        } else if says("annot assign requested address", "errno: 99)") {
            self = .unavailable(
                "--host '\(host)': this is not an address of this machine; 127.0.0.1 is for itself "
                    + "alone, 0.0.0.0 for all of its addresses")
        } else if error is SocketAddressError || error is NIOConnectionError
            || says("UnknownHost", "unknown(host:")
        {
            self = .unavailable("--host '\(host)': there is no address of this name")
        } else if error is IOError {
            self = .unavailable("--host '\(host)' --port \(port): it cannot listen there: \(text)")
        } else {
            return nil
        }
    }
}
