import Foundation
import Millrace
import Storefront

/// A recorded clickstream, read row by row.
///
/// Rows without an `event_id` get one from their place, so that they count once however often they are read.
struct Recording {
    /// A row: what it is, and when it happened if that is known.
    struct Row: Sendable {
        var content: FeedIntake.Decoded
        var time: Timestamp?
    }

    private let path: String
    private var reader: any RecordedRows
    /// Begins the ids of rows that have none.
    private let tag: String
    /// How many rows are before the next one.
    private(set) var row: Int64
    private var hasEnded = false

    /// - Parameters:
    ///   - path: CSV, or JSON Lines if it is named `.jsonl` or `.json`.
    ///   - position: Where to begin, and how many rows are before.
    /// - Throws: ``StreamError`` with code `inputOutput` if the file cannot be read.
    init(_ path: String, tag: String, from position: SourcePosition?, row: Int64) throws {
        self.path = path
        self.tag = tag
        self.row = row
        if RecordingHeader.isJSON(path) {
            let source = RecordFileSource(paths: [path]) { JSONLinesDecoder<ShopEvent>() }
            reader = try source.reader(for: SourceSplit(id: path), from: position)
        } else {
            let source = RecordFileSource(paths: [path]) { CSVDecoder<ShopEvent>() }
            reader = try source.reader(for: SourceSplit(id: path), from: position)
        }
    }

    /// The place behind the last row that was read.
    var position: SourcePosition { reader.position }

    /// The next rows, in order; none at the end. The same rules as for events that come over HTTP.
    /// - Throws: ``StreamError`` with code `inputOutput` if the file cannot be read.
    mutating func rows(limit: Int, now: Timestamp = TimeSource.system.now()) throws -> [Row] {
        var rows: [Row] = []
        while rows.count < limit, !hasEnded {
            let (content, hasEnded) = try reader.next()
            self.hasEnded = hasEnded
            guard let content else { continue }
            rows.append(checked(content, now: now))
            row += 1
        }
        return rows
    }

    /// The row behind which the reader is.
    private func checked(_ content: FeedIntake.Decoded, now: Timestamp) -> Row {
        guard case .event(let event) = content else { return Row(content: content, time: nil) }
        let errors = event.brokenLimits(at: now)
        guard errors.isEmpty else {
            let place = reader.place(ofElement: 0) ?? path
            return Row(content: .refused(RefusedInput(event, errors, at: place)), time: nil)
        }
        let named = event.id == nil ? event.identified(as: "\(tag)\(row)") : event
        return Row(content: .event(named), time: event.time)
    }
}

/// Reads the rows of a file one after the other.
private protocol RecordedRows {
    var position: SourcePosition { get }

    /// Where the row came from that was read last.
    func place(ofElement index: Int) -> String?

    /// The next row, if there is one, and whether the file ends behind it.
    mutating func next() throws -> (FeedIntake.Decoded?, hasEnded: Bool)
}

extension RecordFileReader: RecordedRows where Element == ShopEvent {
    fileprivate mutating func next() throws -> (FeedIntake.Decoded?, hasEnded: Bool) {
        var batch = Batch<ShopEvent>()
        var refused: RefusedInput?
        let status = try read(into: &batch, limit: 1) { refused = RefusedInput($0, $1) }
        let content = batch.elements.first.map { FeedIntake.Decoded.event($0) }
        return (content ?? refused.map { .refused($0) }, status == .finished)
    }
}

extension ShopEvent {
    /// The event with an id.
    func identified(as id: String) -> ShopEvent {
        ShopEvent(
            id: id, type, user: user, session: session, product: product, category: category,
            price: price, quantity: quantity, query: query, page: page, referrer: referrer,
            userAgent: userAgent, time: time, properties: properties)
    }
}
