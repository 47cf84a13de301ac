import Hummingbird
import Millrace
import Storefront

/// The parameters of a request's query, each checked as it is taken.
///
/// A parameter that is not known, comes twice or is empty where something must be said is refused: it would
/// be without effect, and the caller would not know.
struct Query {
    private var values: [String: String] = [:]

    /// - Throws: ``Problem`` if the query is not one, or has a parameter that is not in `known`.
    init(_ request: Request, known: Set<String>) throws {
        guard let query = request.uri.query, !query.isEmpty else { return }
        for pair in query.utf8.split(separator: UInt8(ascii: "&")) {
            let parts = pair.split(
                separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = String(percentEncoded: parts[0], isForm: true),
                let value = String(
                    percentEncoded: parts.count > 1 ? parts[1] : parts[0][parts[0].endIndex...],
                    isForm: true)
            else { throw Problem.badRequest("the query is not percent-encoded UTF-8") }
            let shown = String(name.prefix(40))
            guard known.contains(name) else { throw Problem.parameter(shown, "is not known") }
            guard values.updateValue(value, forKey: name) == nil else {
                throw Problem.parameter(shown, "is given twice")
            }
        }
    }

    /// A text; `nil` if it is not given.
    /// - Throws: ``Problem`` if it is empty or longer than `limit` bytes.
    func text(_ name: String, limit: Int = 256) throws -> String? {
        guard let value = values[name] else { return nil }
        guard (1...limit).contains(value.utf8.count) else {
            throw Problem.parameter(name, "must have from 1 to \(limit) bytes")
        }
        return value
    }

    /// What a page has given out as `next`, read by `read`.
    /// - Throws: ``Problem`` if no page has.
    func cursor<Place>(_ read: (String) throws(InvalidCursor) -> Place) throws -> Place? {
        // An id of full length, and what is around it.
        guard let text = try text("cursor", limit: 320) else { return nil }
        do { return try read(text) } catch {
            throw Problem.parameter("cursor", "is not one that a page has given out as 'next'")
        }
    }

    /// A whole number.
    /// - Throws: ``Problem`` if it is not one of `range`.
    func integer(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let value = values[name] else { return nil }
        guard let number = Int(value), range.contains(number), value.first != "+" else {
            throw Problem.parameter(
                name, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// How many results are wanted, from 1 to `maximum`.
    func limit(_ standard: Int, maximum: Int) throws -> Int {
        try integer("limit", in: 1...maximum) ?? standard
    }

    /// A time in milliseconds since 1970.
    func time(_ name: String) throws -> Timestamp? {
        // Up to the year 9999: beyond, sums of times could overflow.
        try integer(name, in: 0...253_402_300_799_999).map { Timestamp(millis: Int64($0)) }
    }

    /// One of several words.
    func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String, _ type: Choice.Type
    ) throws -> Choice? where Choice.RawValue == String {
        guard let value = values[name] else { return nil }
        guard let choice = Choice(rawValue: value) else {
            let words = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw Problem.parameter(name, "must be one of \(words)")
        }
        return choice
    }
}

extension ShopContext {
    /// A part of the path.
    /// - Throws: ``Problem`` if it is not percent-encoded text of at most 256 bytes.
    func segment(_ name: String) throws -> String {
        guard let value = parameters.get(name),
            let text = String(percentEncoded: value.utf8, isForm: false),
            (1...256).contains(text.utf8.count)
        else { throw Problem.parameter(name, "must be percent-encoded text of 1 to 256 bytes") }
        return text
    }
}

extension String {
    /// The text that a part of an address stands for; `nil` if it is not valid UTF-8 behind its encoding.
    /// - Parameter isForm: Whether a plus sign is a space, as in queries.
    init?(percentEncoded bytes: some Sequence<UInt8>, isForm: Bool) {
        var decoded: [UInt8] = []
        var rest = bytes.makeIterator()
        while let byte = rest.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.next()?.hexDigit, let low = rest.next()?.hexDigit else {
                    return nil
                }
                decoded.append(high << 4 | low)
            case UInt8(ascii: "+") where isForm: decoded.append(0x20)
            default: decoded.append(byte)
            }
        }
        self.init(validating: decoded, as: UTF8.self)
    }
}

extension UInt8 {
    /// The value of a hexadecimal digit.
    fileprivate var hexDigit: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
