public import Millrace

/// Decodes the records of a shop's log: events, and what was refused, which is thrown as ``RefusedInput`` with the
/// reasons that were found when it came in.
public struct ShopLogDecoder: RecordDecoder {
    public static var formatName: String { "JSON Lines" }

    private var events = JSONLinesDecoder<ShopEvent>()
    private var refused = JSONLinesDecoder<RefusedInput>()

    public init() {}

    public mutating func decode(_ bytes: UnsafeBufferPointer<UInt8>) throws -> ShopEvent? {
        do {
            return try events.decode(bytes)
        } catch {
            // A record that is neither is one of the events' kind that something is wrong with.
            if let refused = try? refused.decode(bytes) { throw refused }
            throw error
        }
    }
}
