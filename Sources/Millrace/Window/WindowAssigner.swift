/// Which windows an element belongs to, for windows that have a state of their own per key.
@usableFromInline
enum WindowAssigner<Element: Sendable>: Sendable {
    case grid(PaneGrid)
    /// The gap in milliseconds that an element opens behind it.
    case session(spanMillis: Int64, gap: @Sendable (Element) -> Int64)
    case global
    /// The window that the element carries: the same for all elements of a key.
    case carried(@Sendable (Element) -> Window)

    /// About how long a window lives.
    @inlinable
    var spanMillis: Int64 {
        switch self {
        case .grid(let grid): grid.sizeMillis
        case .session(let span, _): span
        case .global, .carried: 1 << 16
        }
    }
}
