import Foundation
import Logging
import Millrace
import ServiceLifecycle
import Storefront

/// Plays a recording into the shop, and goes on where it was after a stop or a crash: each row is in the log
/// exactly once.
///
/// Before rows are appended it is written down which; after a crash they are appended again as the same step
/// of the same producer, which the log knows if it has them.
struct Replay: Service, CustomStringConvertible {
    /// How far a recording has been played.
    struct Place: Codable, Equatable, Sendable {
        var path: String
        /// Changes with the file's size and time of change: another file of the same name begins anew.
        var version: String
        /// Where in the file a chunk of rows begins, for its reader, and how many rows are before it.
        var offset: Int64 = 0
        var detail = ""
        var row: Int64 = 0
        /// How many rows of the chunk are in the log.
        var played = 0
        /// How many rows of the chunk were being appended: these may be in the log.
        var appending = 0
    }

    let path: String
    let speed: Settings.ReplaySpeed
    let intake: FeedIntake
    let file: FeedFile<Place>
    /// How many rows are read at once.
    var chunkSize = 1000

    var description: String { "replay" }

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown {
                try await intake.waitUntilReady()
                try await play()
            }
        } catch is CancellationError {}
    }

    /// Plays to the end.
    func play() async throws {
        let saved = try file.load()
        var place = try Self.place(of: path)
        if let saved, saved.path == place.path, saved.version == place.version { place = saved }
        let hash = Self.hash("\(place.path) \(place.version)")
        let position =
            place.row > 0 ? SourcePosition(offset: place.offset, detail: place.detail) : nil
        var recording = try Recording(
            path, tag: "r\(String(hash, radix: 36))-", from: position, row: place.row)
        var pace = ReplayPace(speed)
        let began = ContinuousClock.now
        let first = place.row
        while true {
            let rows = try recording.rows(limit: chunkSize)
            if rows.isEmpty { break }
            try await play(rows, at: &place, producer: hash, &pace)
            let next = recording.position
            place.offset = next.offset
            place.detail = next.detail
            place.row = recording.row
            (place.played, place.appending) = (0, 0)
            try await intake.save(place, to: file)
        }
        let seconds = began.duration(to: .now) / .seconds(1)
        intake.logger.info(
            "the recording has been played",
            metadata: [
                "rows": "\(place.row - first)", "seconds": "\((seconds * 100).rounded() / 100)",
            ])
    }

    /// Plays the rows of a chunk, as their time comes.
    private func play(
        _ rows: [Recording.Row], at place: inout Place, producer: UInt64, _ pace: inout ReplayPace
    ) async throws {
        if place.appending > 0 {
            // The last run did not get to say whether it has appended these.
            let doubtful = place.played..<min(rows.count, place.played + place.appending)
            try await append(rows[doubtful], at: &place, producer: producer)
        }
        while place.played < rows.count {
            let due = try await pace.due(in: rows[place.played...])
            place.appending = due.count
            try await intake.save(place, to: file)
            try await append(rows[due], at: &place, producer: producer)
        }
    }

    private func append(
        _ rows: ArraySlice<Recording.Row>, at place: inout Place, producer: UInt64
    ) async throws {
        let step = EventLogProducer(
            id: producer, sequence: UInt64(place.row) + UInt64(rows.endIndex))
        try await intake.append(rows.map(\.content), from: step)
        place.played = rows.endIndex
        place.appending = 0
    }

    /// The beginning of a file.
    /// - Throws: ``Failure`` if it cannot be read.
    private static func place(of path: String) throws -> Place {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
            FileManager.default.isReadableFile(atPath: path)
        else { throw Failure.inputOutput("the recording '\(path)' cannot be read") }
        let size = (attributes[.size] as? Int) ?? 0
        let changed = (attributes[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
        return Place(
            path: URL(filePath: path).standardizedFileURL.path(),
            version: "\(size)-\(Int64(changed * 1000))")
    }

    /// FNV-1a, so that it is the same in every process.
    private static func hash(_ text: String) -> UInt64 {
        text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    }
}
