/// Describes what is where in the memory of a trivial type, so that stored memory is never read as another
/// type.
enum MemoryDescription {
    /// Names, types and sizes of all fields, such as `{count:Int/8,rate:Double/8}`.
    ///
    /// The cases of an enum are known only if it is `CaseIterable`; raise the `stateVersion` when others are
    /// reordered.
    static func layout<Value>(of type: Value.Type) -> String {
        let size = MemoryLayout<Value>.size
        if size == 0 { return "{}" }
        return "\(describe(zero(type), depth: 0))/\(size)/\(MemoryLayout<Value>.alignment)"
    }

    /// Whether a part of a trivial type has versions of its own.
    static func holdsVersions<Value>(_ type: Value.Type) -> Bool {
        MemoryLayout<Value>.size > 0 && holdsVersions(zero(type), depth: 0)
    }

    private static func holdsVersions(_ value: Any, depth: Int) -> Bool {
        Mirror(reflecting: value).children.contains { part in
            type(of: part.value) is any VersionedState.Type
                || depth < 8 && holdsVersions(part.value, depth: depth + 1)
        }
    }

    private static func zero<Value>(_ type: Value.Type) -> Value {
        withUnsafeTemporaryAllocation(of: Value.self, capacity: 1) { memory in
            // Safety: the type is trivial, and zeros are a value of every trivial type that can be state:
            // numbers, flags, and the first case of an enum. Only its fields' types are looked at.
            UnsafeMutableRawBufferPointer(memory).initializeMemory(as: UInt8.self, repeating: 0)
            return memory[0]
        }
    }

    /// The version is part of the description, so that no other version of a part is read as this one.
    private static func describe(_ value: Any, depth: Int) -> String {
        let version = (type(of: value) as? any VersionedState.Type)?.stateVersion ?? 1
        let mark = version == 1 || depth == 0 ? "" : "@\(version)"
        return fields(of: value, depth: depth) + mark
    }

    private static func fields(of value: Any, depth: Int) -> String {
        let mirror = Mirror(reflecting: value)
        if let cases = type(of: value) as? any CaseIterable.Type {
            return "(\(names(of: cases)))"
        }
        let isLeaf = mirror.displayStyle == nil || mirror.displayStyle == .enum
        if isLeaf || mirror.children.isEmpty || depth > 8 {
            return "\(type(of: value)):\(size(of: value))"
        }
        let fields = mirror.children.map { field in
            "\(field.label ?? "_")=\(describe(field.value, depth: depth + 1))"
        }
        let mark = mirror.displayStyle == .optional ? "?" : ""
        return "{\(fields.joined(separator: ","))}\(mark)"
    }

    private static func names<Cases: CaseIterable>(of type: Cases.Type) -> String {
        type.allCases.map { "\($0)" }.joined(separator: "|")
    }

    private static func size(of value: Any) -> Int {
        func open<Value>(_ value: Value) -> Int { MemoryLayout<Value>.size }
        return open(value)
    }
}
