import Testing

@testable import Millrace

/// State by its `Codable` conformance.
@Suite struct CodableStateTests {
    struct Order: Codable, Equatable, Sendable {
        enum Status: String, Codable { case open, closed }
        enum Payment: Codable, Equatable {
            case none
            case card(number: String, valid: Bool)
            case credit(Int)
        }
        struct Line: Codable, Equatable {
            var product: String
            var quantity: UInt8
            var price: Double?
        }
        var id: String
        var status: Status?
        var payment: Payment
        var lines: [Line]
        var notes: [String: [String?]]
        var big: UInt
        var small: Int8
        var rate: Float
        var tags: Set<String>
        var times: [Int: Double]
    }

    static let order = Order(
        id: "a", status: .closed, payment: .card(number: "x", valid: true),
        lines: [
            .init(product: "p", quantity: 255, price: nil),
            .init(product: "", quantity: 0, price: 0.1),
        ],
        notes: ["n": [nil, "m"], "": []], big: .max, small: -128, rate: 0.3, tags: ["t", "u"],
        times: [-1: 0.5])

    @Test func nestedValues() throws {
        #expect(try roundTrip(Self.order) == Self.order)
        var other = Self.order
        (other.status, other.payment, other.lines) = (nil, .none, [])
        #expect(try roundTrip([other, Self.order]) == [other, Self.order])
        #expect(try roundTrip(["k": other]) == ["k": other])
        #expect(try roundTrip(Order?.none) == nil)
        other.payment = .credit(.min)
        #expect(try roundTrip(other) == other)
    }

    @Test func numbersOfEverySize() throws {
        struct Numbers: Codable, Equatable {
            var text = ""
            var a = Int.min, b = UInt.max, c = Int64.min, d = UInt64.max, e = UInt32.max
            var f = Int16.min, g = UInt8.max, h = -0.0, i = Float.leastNonzeroMagnitude
        }
        let back = try roundTrip(Numbers())
        #expect(back == Numbers())
        #expect(back.h.sign == .minus)
    }

    /// Inheritance: one container for both, or one of its own for the superclass.
    class Animal: Codable, @unchecked Sendable {
        var name: String
        init(name: String) { self.name = name }
    }

    // Safety: the tests hand their animals to nobody.
    final class Dog: Animal, @unchecked Sendable {
        var age: Int
        var tricks: [String]
        private enum Keys: String, CodingKey { case age, tricks }

        init(name: String, age: Int, tricks: [String]) {
            self.age = age
            self.tricks = tricks
            super.init(name: name)
        }

        required init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: Keys.self)
            age = try fields.decode(Int.self, forKey: .age)
            tricks = []
            var list = try fields.nestedUnkeyedContainer(forKey: .tricks)
            while !list.isAtEnd { tricks.append(try list.decode(String.self)) }
            try super.init(from: fields.superDecoder())
        }

        override func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: Keys.self)
            try fields.encode(age, forKey: .age)
            var list = fields.nestedUnkeyedContainer(forKey: .tricks)
            for trick in tricks { try list.encode(trick) }
            try super.encode(to: fields.superEncoder())
        }
    }

    @Test func superclasses() throws {
        let dog = try roundTrip(Dog(name: "Rex", age: 3, tricks: ["sit", "roll"]))
        #expect(dog.name == "Rex" && dog.age == 3 && dog.tricks == ["sit", "roll"])
        #expect(try roundTrip(Dog(name: "", age: 0, tricks: [])).tricks.isEmpty)
    }

    /// A value that writes its fields by hand, in every way that containers offer.
    struct ByHand: Codable, Equatable {
        var text = "t"
        var first = 1
        var second = 2
        var pairs = [[1, 2], []]
        enum Keys: String, CodingKey { case inner, list, nothing }
        enum Inner: String, CodingKey { case first, second }

        init() {}

        func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: Keys.self)
            // The same container twice.
            var one = fields.nestedContainer(keyedBy: Inner.self, forKey: .inner)
            try one.encode(first, forKey: .first)
            var two = fields.nestedContainer(keyedBy: Inner.self, forKey: .inner)
            try two.encode(second, forKey: .second)
            try fields.encodeNil(forKey: .nothing)
            var list = fields.nestedUnkeyedContainer(forKey: .list)
            try list.encode(text)
            try list.encodeNil()
            for pair in pairs {
                var nested = list.nestedUnkeyedContainer()
                try nested.encode(contentsOf: pair)
            }
            var last = list.superEncoder().singleValueContainer()
            try last.encode(pairs.count)
        }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: Keys.self)
            let inner = try fields.nestedContainer(keyedBy: Inner.self, forKey: .inner)
            first = try inner.decode(Int.self, forKey: .first)
            second = try inner.decode(Int.self, forKey: .second)
            var list = try fields.nestedUnkeyedContainer(forKey: .list)
            text = try list.decode(String.self)
            let hasNil = try list.decodeNil()
            pairs = []
            for _ in 0..<((list.count ?? 0) - 3) {
                var nested = try list.nestedUnkeyedContainer()
                var pair: [Int] = []
                while !nested.isAtEnd { pair.append(try nested.decode(Int.self)) }
                pairs.append(pair)
            }
            let count = try list.superDecoder().singleValueContainer().decode(Int.self)
            guard hasNil, try fields.decodeNil(forKey: .nothing), count == pairs.count, list.isAtEnd
            else { throw StreamError(.malformedInput, "it is not what was written") }
        }
    }

    @Test func containersOfEveryKind() throws { #expect(try roundTrip(ByHand()) == ByHand()) }

    struct Before: Codable { var name: String, gone = 1 }
    struct After: Codable { var name: String, new: Int? }
    struct Stricter: Codable { var name: String, new: Int }
    struct Other: Codable { var name: Int }

    @Test func fieldsComeAndGoByName() throws {
        let stored = try StoredBytes(Before(name: "n"))
        let after = try stored.read(as: After.self)
        #expect(after.name == "n" && after.new == nil)
        try expectRefusal(of: Before(name: "n"), by: Stricter.self)
        try expectRefusal(of: Before(name: "n"), by: Other.self)
    }

    @Test func aNumberThatDoesNotFitIsRefused() throws {
        struct Wide: Codable { var text = "", number = 300 }
        struct Narrow: Codable { var text: String, number: UInt8 }
        try expectRefusal(of: Wide(), by: Narrow.self)
        #expect(try StoredBytes(Wide(number: 255)).read(as: Narrow.self).number == 255)
    }

    indirect enum Chain: Codable, Sendable {
        case end
        case link(Chain)

        static func of(_ length: Int) -> Chain {
            (0..<length).reduce(.end) { chain, _ in .link(chain) }
        }
        var length: Int {
            var (length, rest) = (0, self)
            while case .link(let next) = rest { (length, rest) = (length + 1, next) }
            return length
        }
    }

    /// What is written can be read: depth is refused by the writer, not only by the reader.
    @Test func depthIsLimitedOnBothSides() throws {
        #expect(try roundTrip(Chain.of(100)).length == 100)
        let error = #expect(throws: StreamError.self) { _ = try StoredBytes(Chain.of(200)) }
        #expect(error?.code == .incompatibleState)
    }

    @Test func largeArraysTakeLinearTime() throws {
        struct Many: Codable { var numbers: [Int], names: [String: Int] }
        let count = 20_000
        let many = Many(
            numbers: Array(0..<count),
            names: Dictionary(uniqueKeysWithValues: (0..<count).map { ("\($0)", $0) }))
        let back = try roundTrip(many)
        #expect(back.numbers == many.numbers && back.names == many.names)
    }
}
