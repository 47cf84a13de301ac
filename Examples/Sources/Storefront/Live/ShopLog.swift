import Foundation
import Millrace
internal import Synchronization

/// The shop's event log, opened again after its writing has failed.
///
/// A full disk makes a log refuse everything; once there is room again, it is opened anew, at most once a
/// second. What was not acknowledged meanwhile may be in it or not; who sends it again is recognised by the
/// event's id.
final class ShopLog: Sendable {
    private struct State {
        var log: EventLog
        /// Why the last attempt to write has failed; `nil` again once one succeeds.
        var failure: StreamError?
        /// Whether it has to be opened again before anything can be written.
        var isBroken = false
        var triedAt: ContinuousClock.Instant?
        var isClosed = false
        var presence: LogPresence
    }

    private let state: Mutex<State>
    private let path: String
    private let options: EventLogOptions
    let partitionCount: Int
    /// The acknowledged records that opening has found to be no longer there.
    let lost: [EventLogGap]

    /// - Throws: ``StreamError`` with code `inputOutput` if another process has the log, or it cannot be used.
    init(_ configuration: ShopConfiguration) throws {
        path = configuration.logPath
        options = EventLogOptions(
            segmentBytes: configuration.logSegmentBytes, retention: configuration.logRetention,
            damage: configuration.logDamage)
        let partitions = try Self.partitionCount(at: path) ?? configuration.partitions
        let log = try EventLog(at: path, partitions: partitions, options: options)
        lost = log.repairs.map(\.lost).filter { !$0.offsets.isEmpty }
        partitionCount = partitions
        state = Mutex(
            State(log: log, presence: LogPresence(configuration.logPath, partitions: partitions)))
    }

    /// How many partitions a log has; `nil` if there is none.
    private static func partitionCount(at path: String) throws -> Int? {
        guard FileManager.default.fileExists(atPath: "\(path)/log.meta") else { return nil }
        return try EventLogSource(at: path) { ShopLogDecoder() }
            .splits(preferred: 1).count
    }

    /// Why nothing can be written at the moment; `nil` if all is well.
    var failure: StreamError? { absence ?? state.withLock { $0.failure } }

    /// The failure of a log that is no longer where it was opened; `nil` if it is there.
    var absence: StreamError? {
        let (presence, isClosed) = state.withLock { ($0.presence, $0.isClosed) }
        return isClosed ? nil : presence.check()
    }

    /// The partition of a user's events.
    func partition(of key: String) -> Int {
        var key = key
        let log = state.withLock { $0.log }
        return key.withUTF8 { log.partition(forKey: UnsafeRawBufferPointer($0)) }
    }

    /// Appends batches by partition, and returns when all of them are safe.
    func append(
        _ batches: [Int: EventLogBatch], from producer: EventLogProducer?
    ) async throws {
        let log = try writable()
        do {
            if batches.count == 1, let (partition, batch) = batches.first {
                try await log.append(batch, to: partition, from: producer)
            } else {
                try await withThrowingDiscardingTaskGroup { group in
                    for (partition, batch) in batches {
                        group.addTask { try await log.append(batch, to: partition, from: producer) }
                    }
                }
            }
            try checkPresence()
            state.withLock { if $0.log === log, !$0.isBroken { $0.failure = nil } }
        } catch let error as StreamError {
            // A record that is too large leaves the log well; a failed write does not.
            do { try log.sync() } catch { noteFailure(of: log, as: error) }
            throw error
        }
    }

    /// Removes what retention does not keep.
    func enforceRetention() throws { try state.withLock { $0.log }.enforceRetention() }

    /// Makes everything durable and lets another process have the log.
    func close() throws {
        try state.withLock { state in
            state.isClosed = true
            return state.log
        }.close()
    }

    /// What has been written must be found by the next start.
    private func checkPresence() throws { if let absence { throw absence } }

    /// The log, opened again if it had failed.
    private func writable() throws -> EventLog {
        // Opened again, a log that is gone would begin anew, and nobody would know what is lost.
        try checkPresence()
        return try state.withLock { state in
            guard state.isBroken, let failure = state.failure else { return state.log }
            let now = ContinuousClock.now
            if state.isClosed { throw failure }
            if let triedAt = state.triedAt, now - triedAt < .seconds(1) { throw failure }
            state.triedAt = now
            // Gives up the lock. That it cannot write what it holds is known, and was said to who waited.
            do { try state.log.close() } catch { state.failure = failure }
            state.log = try EventLog(at: path, partitions: partitionCount, options: options)
            // Whether it can be written is not known before something is.
            state.isBroken = false
            state.presence = LogPresence(path, partitions: partitionCount)
            return state.log
        }
    }

    private func noteFailure(of log: EventLog, as error: any Error) {
        let failure =
            error as? StreamError
            ?? StreamError(.inputOutput, "the log cannot be written", cause: error)
        state.withLock { state in
            guard state.log === log, !state.isBroken else { return }
            state.isBroken = true
            state.failure = failure
            state.triedAt = ContinuousClock.now
        }
    }
}
