import Testing

@testable import Millrace

/// Values come back as they were stored, and are refused where their type has changed.
@Suite struct StateCodecTests {
    struct Point: Hashable, Sendable {
        var x: Int32
        var y: Double
        var isFar: Bool
    }

    enum Mode: UInt8, Sendable, CaseIterable {
        case slow
        case fast
    }

    enum Step: Equatable, Sendable {
        case idle
        case busy(since: Int, Mode)
        case done(Double)
    }

    struct Nested: Equatable, Sendable {
        var point: Point?
        var mode: Mode
        var step: Step
        var window: Window
    }

    @Test func numbersAndTexts() throws {
        for number in [Int.min, -1, 0, 1, 127, 128, .max] {
            #expect(try roundTrip(number) == number)
            #expect(try roundTrip(UInt(bitPattern: number)) == UInt(bitPattern: number))
            #expect(
                try roundTrip(Int8(truncatingIfNeeded: number)) == Int8(truncatingIfNeeded: number))
        }
        for number in [0, -0.0, .pi, .infinity, .leastNonzeroMagnitude, .greatestFiniteMagnitude] {
            #expect(try roundTrip(number).bitPattern == number.bitPattern)
            #expect(try roundTrip(Float(number)) == Float(number))
        }
        #expect(try roundTrip(Double.nan).isNaN)
        #expect(try roundTrip(true) && !roundTrip(false))
        for text in ["", "a", "ä𝄞\u{0}", String(repeating: "long ", count: 1000)] {
            #expect(try roundTrip(text) == text)
        }
        #expect(try roundTrip(Timestamp.none) == .none)
    }

    /// Arrays of numbers have a way of their own, for hand-written codecs; it reads what the other wrote.
    @Test func arraysOfNumbers() throws {
        var writer = StateWriter(blocks: BlockList())
        writer.write(UInt8(7))
        writer.write([Int64.min, -1, 0, .max])
        try writer.write(value: [3, 4] as [Int16])
        writer.write([] as [UInt32])
        writer.write([5, 6] as [UInt8])
        var reader = StateReader(writer.bytes, schemas: writer.schemas)
        #expect(try reader.read(UInt8.self) == 7)
        #expect(try reader.read([Int64].self) == [.min, -1, 0, .max])
        #expect(try reader.read([Int16].self) == [3, 4])
        #expect(try reader.read([UInt32].self) == [])
        #expect(try reader.read([UInt8].self) == [5, 6])
        #expect(reader.remaining == 0)

        for end in 0..<33 {
            var cut = StateReader(Array(writer.bytes[1..<1 + end]))
            #expect(throws: StreamError.self) { _ = try cut.read([Int64].self) }
        }
        var endless = StateReader([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 1, 2])
        #expect(throws: StreamError.self) { _ = try endless.read([Int64].self) }
    }

    /// A metatype may be that of a subclass; codecs are kept by what they read.
    @Test func classesAreReadAsWhatTheyAreReadAs() throws {
        class Base: Codable {}
        final class Sub: Base {}
        var writer = StateWriter(blocks: BlockList())
        try writer.write(value: Base())
        try writer.write(value: Sub())
        var reader = StateReader(writer.bytes, schemas: writer.schemas)
        let type: Base.Type = Sub.self
        let base = try reader.read(value: type)
        #expect(!(base is Sub))
        let sub: Base = try reader.read(value: Sub.self)
        #expect(sub is Sub)
    }

    @Test func fixedLayouts() throws {
        let point = Point(x: -3, y: 2.5, isFar: true)
        #expect(try roundTrip(point) == point)
        #expect(try roundTrip(Point?.none) == nil)
        #expect(try roundTrip(Point?.some(point)) == point)
        #expect(try roundTrip([point, point]) == [point, point])
        for step in [Step.idle, .busy(since: 7, .fast), .done(1.5)] {
            let nested = Nested(
                point: nil, mode: .fast, step: step,
                window: Window(start: Timestamp(millis: 1), end: Timestamp(millis: 2)))
            #expect(try roundTrip(nested) == nested)
        }
        let tuple = try roundTrip((1, 2.5, true))
        #expect(tuple == (1, 2.5, true))
        _ = try roundTrip(NoSnapshot())
    }

    @Test func collections() throws {
        #expect(try roundTrip([Int]()) == [])
        #expect(try roundTrip(Array(0..<1000)) == Array(0..<1000))
        #expect(try roundTrip(["a", "", "c"]) == ["a", "", "c"])
        #expect(try roundTrip(ContiguousArray(["a"])) == ["a"])
        #expect(try roundTrip(Set(0..<500)) == Set(0..<500))
        #expect(try roundTrip(["a": [1: "x"], "b": [:]]) == ["a": [1: "x"], "b": [:]])
        let optionals: [String: Int?] = ["there": nil, "one": 1]
        #expect(try roundTrip(optionals) == optionals)
        let deep: [[String?]?] = [nil, [], [nil, "x"]]
        #expect(try roundTrip(deep) == deep)
        #expect(try roundTrip([NoSnapshot(), NoSnapshot()]).count == 2)
    }

    @Test func typesOfTheLibrary() throws {
        let windowed = Windowed(
            key: "a", window: Window(start: Timestamp(millis: 0), end: Timestamp(millis: 5)),
            value: [1, 2])
        let back = try roundTrip(windowed)
        #expect(back.key == "a" && back.window == windowed.window && back.value == [1, 2])
        let timed = try roundTrip(TimedElement(element: "a", timestamp: Timestamp(millis: 3)))
        #expect(timed.element == "a" && timed.timestamp == Timestamp(millis: 3))
        let keyed = try roundTrip(Keyed(key: 1, value: "v"))
        #expect(keyed.key == 1 && keyed.value == "v")
    }

    // MARK: - Changed layouts

    struct Original: Sendable { var count = 1, sum = 2, rate = 0.5 }
    struct Swapped: Sendable { var sum = 1, count = 2, rate = 0.5 }
    struct Retyped: Sendable { var count = 1, sum = 2, rate: Int64 = 0 }
    struct Narrower: Sendable { var count = 1, sum: Int32 = 2, rate = 0.5 }
    struct Longer: Sendable { var count = 1, sum = 2, rate = 0.5, more = 0 }
    struct Renamed: Sendable { var count = 0, sum = 0, rate = 0.0 }

    @Test func aChangedLayoutIsRefused() throws {
        let old = Original()
        try expectRefusal(of: old, by: Swapped.self)
        try expectRefusal(of: old, by: Retyped.self)
        try expectRefusal(of: old, by: Narrower.self)
        try expectRefusal(of: old, by: Longer.self)
        try expectRefusal(of: [old], by: [Swapped].self)
        try expectRefusal(of: ["a": old], by: [String: Swapped].self)
        try expectRefusal(of: Original?.some(old), by: Longer?.self)
        try expectRefusal(of: 1, by: Double.self)
        try expectRefusal(of: 1, by: UInt.self)
        try expectRefusal(of: 1, by: String.self)
        try expectRefusal(of: [1], by: Set<Int>.self)
        try expectRefusal(of: [1], by: [String].self)
    }

    @Test func aRenamedTypeIsRead() throws {
        let stored = try StoredBytes(["a": Original(count: 7, sum: 8, rate: 9)])
        let renamed = try stored.read(as: [String: Renamed].self)
        #expect(renamed["a"]?.count == 7 && renamed["a"]?.sum == 8 && renamed["a"]?.rate == 9)
    }

    enum Direction: Sendable, CaseIterable { case up, down }
    enum Reordered: Sendable, CaseIterable { case down, up }

    @Test func reorderedCasesAreRefused() throws {
        try expectRefusal(of: Direction.up, by: Reordered.self)
        try expectRefusal(of: [Direction.up: 1], by: [Reordered: Int].self)
    }

    final class Opaque: Sendable {}

    @Test func whatCannotBeStoredIsRefused() throws {
        for write in [
            { _ = try StoredBytes(Opaque()) }, { _ = try StoredBytes([Opaque]()) },
            { _ = try StoredBytes([String: Opaque]()) },
        ] as [() throws -> Void] {
            let error = #expect(throws: StreamError.self) { try write() }
            #expect(error?.code == .incompatibleState)
            #expect(error?.message.contains("Opaque") == true)
        }
    }

    /// A count that damage has made is not believed.
    @Test func valuesWithoutBytesAreCounted() throws {
        struct Nothing: StateCodable, Equatable {
            init() {}
            init(from reader: inout StateReader) {}
            func encode(to writer: inout StateWriter) {}
        }
        let stored = try StoredBytes([Nothing(), Nothing(), Nothing()])
        #expect(try stored.read(as: [Nothing].self).count == 3)
        #expect(try roundTrip([[Nothing()], []]).map(\.count) == [1, 0])
        var damaged = stored
        damaged.bytes = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F] + stored.bytes
        #expect(throws: StreamError.self) { _ = try damaged.read(as: [Nothing].self) }
    }
}
