import Foundation
import Testing

/// One worked case of the time and window rules, as the case file writes it.
struct SemanticsCase: Sendable, CustomTestStringConvertible {
    let id: String
    let operatorKind: String
    /// The whole case; JSON values are read through the accessors below.
    private let text: String

    var testDescription: String { id }

    /// The cases in a file of one JSON object per line.
    static func load(_ url: URL) throws -> [SemanticsCase] {
        try String(contentsOf: url, encoding: .utf8).split(separator: "\n").map { line in
            let object = try SemanticsCase.object(String(line))
            return SemanticsCase(
                id: object["id"] as? String ?? "?",
                operatorKind: object["operator"] as? String ?? "?", text: String(line))
        }
    }

    /// The file named by the environment, or the bundled one.
    static var all: [SemanticsCase] {
        get throws {
            let environment = ProcessInfo.processInfo.environment
            if let path = environment["MILLRACE_SEMANTICS_CASES"] {
                return try load(URL(fileURLWithPath: path))
            }
            return try load(
                Bundle.module.bundleURL
                    .appendingPathComponent("Resources/semantics_cases.jsonl"))
        }
    }

    private static func object(_ text: String) throws -> [String: Any] {
        try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] ?? [:]
    }

    private var object: [String: Any] { (try? Self.object(text)) ?? [:] }

    var params: Item { Item(object["params"] as? [String: Any] ?? [:]) }
    var input: [Item] { (object["input"] as? [[String: Any]] ?? []).map(Item.init) }
    var expected: [Item] { (object["expected"] as? [[String: Any]] ?? []).map(Item.init) }

    /// A JSON object with typed access.
    struct Item {
        let fields: [String: Any]

        init(_ fields: [String: Any]) { self.fields = fields }

        func int(_ name: String) -> Int64? { (fields[name] as? NSNumber)?.int64Value }
        func string(_ name: String) -> String? { fields[name] as? String }
        func bool(_ name: String) -> Bool? { (fields[name] as? NSNumber)?.boolValue }
        func item(_ name: String) -> Item? { (fields[name] as? [String: Any]).map(Item.init) }
        func ints(_ name: String) -> [Int64] {
            (fields[name] as? [NSNumber] ?? []).map(\.int64Value)
        }
        func pairs(_ name: String) -> [[Int64]] {
            (fields[name] as? [[NSNumber]] ?? []).map { $0.map(\.int64Value) }
        }
        /// A key or value as text, whether it is written as text or as a number.
        func text(_ name: String) -> String { fields[name].map { "\($0)" } ?? "" }

        var type: String { string("type") ?? "" }
        var ts: Int64 { int("ts") ?? 0 }
        var after: Int { Int(int("after") ?? -1) }
    }
}
