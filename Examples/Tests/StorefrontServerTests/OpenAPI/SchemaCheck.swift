import Foundation

/// Checks JSON against the schemas of an OpenAPI document: as much of JSON Schema as the document uses.
struct SchemaCheck {
    let document: [String: Any]

    /// What is wrong with a value, each with its place; empty if nothing is.
    func problems(_ value: Any, _ schema: [String: Any], at place: String = "$") -> [String] {
        if let name = (schema["$ref"] as? String)?.split(separator: "/").last {
            let schemas = (document["components"] as? [String: Any])?["schemas"] as? [String: Any]
            guard let named = schemas?[String(name)] as? [String: Any] else {
                return ["\(place): there is no schema \(name)"]
            }
            return problems(value, named, at: place)
        }
        if let choices = schema["oneOf"] as? [[String: Any]] {
            let fitting = choices.filter { problems(value, $0, at: place).isEmpty }
            return fitting.count == 1 ? [] : ["\(place): fits \(fitting.count) of its choices"]
        }
        var found: [String] = []
        let types = (schema["type"] as? String).map { [$0] } ?? schema["type"] as? [String] ?? []
        if !types.isEmpty, !types.contains(where: { Self.is(value, $0) }) {
            return ["\(place): \(value) is not \(types)"]
        }
        if let words = schema["enum"] as? [String], let word = value as? String,
            !words.contains(word)
        {
            found.append("\(place): '\(word)' is not one of \(words)")
        }
        if let number = (value as? NSNumber)?.doubleValue {
            if let least = schema["minimum"] as? Double, number < least {
                found.append("\(place): \(number) is below \(least)")
            }
            if let most = schema["maximum"] as? Double, number > most {
                found.append("\(place): \(number) is above \(most)")
            }
        }
        if let elements = value as? [Any], let each = schema["items"] as? [String: Any] {
            for (index, element) in elements.enumerated() {
                found += problems(element, each, at: "\(place)[\(index)]")
            }
        }
        if let members = value as? [String: Any] {
            found += problems(ofMembers: members, schema, at: place)
        }
        return found
    }

    private func problems(
        ofMembers members: [String: Any], _ schema: [String: Any], at place: String
    ) -> [String] {
        let known = schema["properties"] as? [String: [String: Any]] ?? [:]
        var found = (schema["required"] as? [String] ?? []).filter { members[$0] == nil }
            .map { "\(place): '\($0)' is missing" }
        for (name, member) in members {
            if let schema = known[name] {
                found += problems(member, schema, at: "\(place).\(name)")
            } else if schema["additionalProperties"] as? Bool == false {
                found.append("\(place): '\(name)' is not described")
            }
        }
        return found
    }

    private static func `is`(_ value: Any, _ type: String) -> Bool {
        switch type {
        case "null": value is NSNull
        case "object": value is [String: Any]
        case "array": value is [Any]
        case "string": value is String
        case "boolean": isBoolean(value)
        case "number": value is NSNumber && !isBoolean(value)
        case "integer":
            (value as? NSNumber).map {
                !isBoolean($0) && $0.doubleValue.rounded() == $0.doubleValue
            }
                ?? false
        default: false
        }
    }

    private static func isBoolean(_ value: Any) -> Bool {
        // A boolean is a number of the type of characters.
        (value as? NSNumber).map { String(cString: $0.objCType) == "c" } ?? false
    }
}
