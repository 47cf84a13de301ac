import Millrace
import Testing
import Topologies

@testable import Storefront

@Suite struct RefusedInputTests {
    private let event = #"{"type":"view","user_id":"u","product_id":"p","timestamp":1767225600000}"#

    private func decode(_ json: some JSONEncodableRecord) throws -> ShopEvent? {
        var writer = JSONWriter()
        writer.object(json)
        return try decode(String(decoding: writer.bytes, as: UTF8.self))
    }

    private func decode(_ text: String) throws -> ShopEvent? {
        var decoder = ShopLogDecoder()
        return try Array(text.utf8).withUnsafeBufferPointer { try decoder.decode($0) }
    }

    @Test func theLogGivesBackWhatWasRefusedAndWhy() throws {
        for text in [event, "", "no \u{0} event", #"{"refused":"x"}"#, "späť \u{1F6D2}"] {
            for place in [nil, "a.csv line 2"] {
                let errors: [InvalidEvent.FieldError] = [.init("user_id", "is \"odd\"")]
                let refused = RefusedInput(text, errors, at: place)
                #expect(throws: refused) { try decode(refused) }
            }
        }
    }

    @Test func eventsOfTheLogAreEvents() throws {
        #expect(try decode(event)?.user == "u")
        // The name is free for a sender's own use.
        let named = String(event.dropLast()) + #","refused":"yes","errors":[]}"#
        let taken = try #require(try decode(named))
        #expect(try decode(taken)?.properties["refused"] == .text("yes"))
    }

    @Test func whatIsNeitherSaysWhatIsWrongWithTheEvent() {
        #expect(throws: InvalidEvent.self) { try decode(#"{"type":"view"}"#) }
        #expect(throws: StreamError.self) { try decode("not an event") }
        #expect(throws: InvalidEvent.self) { try decode(#"{"refused":7}"#) }
    }

    @Test func aLongInputIsCut() {
        let refused = RefusedInput(String(repeating: "é", count: 10_000), [])
        #expect(refused.text == String(repeating: "é", count: 8192))
        #expect(RefusedInput("x" + String(repeating: "é", count: 8192), []).text.count == 8193)
    }

    /// A sender's text is repeated in what is said of it, which is kept as often as it is refused.
    @Test func aLongProblemLosesItsMiddle() throws {
        let long = String(repeating: "t", count: 100_000)
        let type = #"{"type":"\#(long)","user_id":"u","timestamp":1767225600000}"#
        let problem = try #require(try problems(of: type).first { $0.field == "type" }?.problem)
        #expect(problem.hasPrefix("'ttt") && problem.hasSuffix("ttt' is not known"))
        #expect(problem.utf8.count <= InvalidEvent.FieldError.textBytes)
        for filler in ["é", "…", "\u{1F6D2}"] {
            for shift in 0..<4 {
                let text =
                    String(repeating: "x", count: shift) + String(repeating: filler, count: 500)
                let error = InvalidEvent.FieldError(text, text)
                #expect(error.problem.utf8.count <= InvalidEvent.FieldError.textBytes)
                // The log gives it back as it was.
                let refused = RefusedInput("", [error])
                #expect(throws: refused) { try decode(refused) }
            }
        }
    }

    private func problems(of text: String) throws -> [InvalidEvent.FieldError] {
        do { _ = try decode(text) } catch { return InvalidEvent.FieldError.all(of: error) }
        return []
    }
}
