/// How a keyed stream is cut into windows.
public struct WindowKind<Element: Sendable>: Sendable {
    @usableFromInline
    enum Shape: Sendable {
        case time(size: Duration, slide: Duration, offset: Duration)
        case session(label: String, span: Duration, gap: @Sendable (Element) -> Int64)
        case count(size: Int, slide: Int)
        case global
    }

    @usableFromInline let shape: Shape
    /// Whether the windows are cut in processing time.
    @usableFromInline var usesProcessingTime = false

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

    /// A window per run of a key's elements that are less than `gap` apart. A distance of exactly `gap`
    /// begins a new session.
    public static func session(gap: Duration) -> WindowKind {
        let millis = max(1, gap.wholeMillis)
        return WindowKind(.session(label: "session gap \(gap)", span: gap, gap: { _ in millis }))
    }

    /// A window per run of a key's elements, each of which keeps it open for a time of its own.
    public static func session(gap: @escaping @Sendable (Element) -> Duration) -> WindowKind {
        WindowKind(
            .session(label: "session", span: .minutes(30), gap: { max(1, gap($0).wholeMillis) }))
    }

    /// A window per `size` elements of a key. A window that is not full at the end does not fire.
    public static func count(_ size: Int) -> WindowKind {
        WindowKind(.count(size: size, slide: size))
    }

    /// Every `slide` elements of a key, a window of its last `size` elements or as many as there are.
    public static func count(_ size: Int, every slide: Int) -> WindowKind {
        WindowKind(.count(size: size, slide: slide))
    }

    /// One window per key for all time, which fires at the end of the input or as its trigger says.
    public static var global: WindowKind { WindowKind(.global) }

    /// The same windows cut in processing time: an element's own time is ignored.
    public var inProcessingTime: WindowKind {
        var kind = self
        kind.usesProcessingTime = true
        return kind
    }
}

extension WindowKind: CustomStringConvertible {
    public var description: String {
        switch shape {
        case .time(let size, let slide, _):
            size == slide ? "tumbling \(size)" : "sliding \(size) every \(slide)"
        case .session(let label, _, _): label
        case .count(let size, let slide):
            size == slide ? "count \(size)" : "count \(size) every \(slide)"
        case .global: "global"
        }
    }
}
