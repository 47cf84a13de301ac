extension JSONWriter {
    /// Writes a field whose name is only known while the program runs; `write` must write one value.
    public mutating func field(named name: String, _ write: (inout JSONWriter) -> Void) {
        separate()
        value(name)
        bytes.append(UInt8(ascii: ":"))
        write(&self)
        isFirst = false
    }

    /// Writes an object whose fields are written by `fields`.
    public mutating func object(_ fields: (inout JSONWriter) -> Void) {
        bytes.append(UInt8(ascii: "{"))
        isFirst = true
        fields(&self)
        bytes.append(UInt8(ascii: "}"))
        isFirst = false
    }

    /// Writes an array, one call of `write` per element.
    public mutating func array<Element>(
        _ elements: some Sequence<Element>, _ write: (inout JSONWriter, Element) -> Void
    ) {
        bytes.append(UInt8(ascii: "["))
        isFirst = true
        for element in elements {
            separate()
            write(&self, element)
            isFirst = false
        }
        bytes.append(UInt8(ascii: "]"))
        isFirst = false
    }

    /// Writes `true` or `false`.
    public mutating func value(_ value: Bool) { append(value ? "true" : "false") }

    /// Writes `null`.
    public mutating func null() { append("null") }

    /// Writes a number as its text says, so that nothing is rounded. The text must be a number of JSON.
    public mutating func number(_ text: String) { append(text) }
}
