/// How a keyed stream is cut into windows.
public struct WindowKind: Sendable {
    @usableFromInline
    enum Shape: Sendable {
        case time(size: Duration, slide: Duration, offset: Duration)
    }

    @usableFromInline let shape: Shape

    @usableFromInline
    init(_ shape: Shape) { self.shape = shape }

    /// Windows of `size`, one after the other, aligned to 1970-01-01T00:00Z plus `offset`.
    public static func tumbling(_ size: Duration, offset: Duration = .zero) -> WindowKind {
        WindowKind(.time(size: size, slide: size, offset: offset))
    }

    /// Windows of `size`, one beginning every `slide`, aligned to 1970-01-01T00:00Z plus `offset`. With a
    /// slide longer than the size, what falls between two windows is left out.
    public static func sliding(
        size: Duration, every slide: Duration, offset: Duration = .zero
    ) -> WindowKind {
        WindowKind(.time(size: size, slide: slide, offset: offset))
    }
}

extension WindowKind: CustomStringConvertible {
    public var description: String {
        switch shape {
        case .time(let size, let slide, _):
            size == slide ? "tumbling \(size)" : "sliding \(size) every \(slide)"
        }
    }
}
