import Millrace

extension JSONWriter {
    /// Writes a field with a time, which is `null` as long as nothing has happened.
    mutating func time(_ name: StaticString, _ time: Timestamp) {
        if time == .none { null(name) } else { field(name, time) }
    }
}
