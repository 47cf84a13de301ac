/// A text that is never printed.
struct Secret: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    let text: String

    init(_ text: String) { self.text = text }

    var description: String { "(set)" }
    var debugDescription: String { "(set)" }
    var customMirror: Mirror { Mirror(self, children: []) }
}
