import Millrace
import MillraceTesting
import Testing
import Topologies

@testable import Storefront

@Suite struct EventPropertiesTests {
    /// As a dictionary that takes the last value of each name, whatever the order.
    @Test(arguments: 0..<200) func theyAreADictionary(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let names = ["a", "b", "bb", "é", "", "category_code", "Ω"]
        let fields = (0..<Int.random(in: 0...9, using: &random)).map { number in
            (
                name: names.randomElement(using: &random) ?? "",
                value: JSONValue.number(String(number))
            )
        }
        let expected = Dictionary(fields.map { ($0.name, $0.value) }) { $1 }
        let properties = EventProperties(fields)
        #expect(properties.count == expected.count)
        #expect(properties.isEmpty == expected.isEmpty)
        for name in names + ["other"] { #expect(properties[name] == expected[name]) }
        #expect(properties.map(\.name) == expected.keys.sorted())
        let shuffled = EventProperties(expected.shuffled(using: &random).map { ($0.key, $0.value) })
        #expect(shuffled == properties)
        #expect(shuffled.hashValue == properties.hashValue)
    }

    @Test func theLastOfAFieldCounts() throws {
        let text =
            #"{"type":"page_view","user_id":"u","timestamp":1767225600000,"x":1,"#
            + #""properties":{"x":2,"a":3},"x":4,"productid":"p","productid":"q"}"#
        var json = text
        let event = try json.withUTF8 { bytes in
            var reader = JSONReader(bytes)
            return try reader.object(ShopEvent.self)
        }
        #expect(event.properties == ["x": .number("4"), "a": .number("3")])
        #expect(event.product == "q")
    }
}
