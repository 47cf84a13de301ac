public import Millrace

extension JSONWriter {
    /// Writes a field with an identifier, always as a string.
    public mutating func field(_ name: StaticString, _ id: ID) {
        if let number = id.number {
            field(name, quoting: number)
        } else {
            field(name, id.description)
        }
    }

    /// Writes an identifier, always as a string.
    public mutating func value(_ id: ID) {
        if let number = id.number {
            value(quoting: number)
        } else {
            value(id.description)
        }
    }
}
