import Millrace
import NIOCore
import Storefront
import Topologies

/// The events of one request, read and checked one by one.
struct EventParcel {
    /// Those that are to be appended.
    private(set) var events: [ShopEvent] = []
    /// What has become of each, in the order of the request.
    private(set) var results: [TrackResult] = []
    /// Those that are refused, for the dead letters.
    private(set) var refused: [RefusedInput] = []

    private let limits: ServerLimits
    private let now: Timestamp

    /// Reads a JSON object or an array of them.
    /// - Throws: ``Problem`` if the body as a whole is not JSON, or has too many elements.
    init(_ body: ByteBuffer, limits: ServerLimits, now: Timestamp) throws {
        self.limits = limits
        self.now = now
        do {
            try body.withUnsafeReadableBytes { bytes in
                try bytes.withMemoryRebound(to: UInt8.self) { try read($0) }
            }
        } catch let error as StreamError {
            let place = error.place.map { ", at \($0)" } ?? ""
            throw Problem.badRequest("the body is not JSON: \(error.message)\(place)")
        }
    }

    private mutating func read(_ bytes: UnsafeBufferPointer<UInt8>) throws {
        // Safety: the buffer outlives the reader, which does not leave this call.
        var json = JSONReader(bytes)
        let first = bytes.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
        if first == UInt8(ascii: "[") {
            try json.array { try readElement(&$0) }
        } else {
            try readElement(&json)
        }
        try json.finish()
    }

    private mutating func readElement(_ json: inout JSONReader) throws {
        if results.count == limits.eventsPerRequest {
            throw Problem.tooLarge("an array may have \(limits.eventsPerRequest) events")
        }
        let before = json
        var id: String?
        let errors: [InvalidEvent.FieldError]
        do {
            let event = try json.object(ShopEvent.self)
            errors = problems(of: event)
            if errors.isEmpty { return take(event) }
            id = event.id
        } catch {
            // What is wrong inside an element concerns it alone; what is not JSON concerns all.
            errors = InvalidEvent.FieldError.all(of: error)
        }
        json = before
        refused.append(RefusedInput(try json.skippedText().string, errors))
        results.append(TrackResult(index: results.count, id: id, errors: errors))
    }

    private mutating func take(_ event: ShopEvent) {
        let time = min(event.time, now)
        let received = event.received(as: event.id ?? EventID.next(), at: time)
        events.append(received)
        results.append(
            TrackResult(
                index: results.count, id: received.id, time: time == event.time ? nil : time))
    }

    /// What is wrong with a well-formed event that comes from outside.
    private func problems(of event: ShopEvent) -> [InvalidEvent.FieldError] {
        var errors = event.brokenLimits(at: now, clockAhead: limits.clockAhead)
        if !event.type.isPublic {
            errors.append(.init("type", "'\(event.type.name)' is not one that a sender may use"))
        }
        return errors
    }
}
