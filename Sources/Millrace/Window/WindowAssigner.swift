/// Which windows an element belongs to, for windows that have a state of their own per key.
@usableFromInline
enum WindowAssigner<Element: Sendable>: Sendable {
    case grid(PaneGrid)
    /// The gap in milliseconds that an element opens behind it.
    case session(@Sendable (Element) -> Int64)
    case global

    /// About how long a window lives.
    @inlinable
    var spanMillis: Int64 {
        switch self {
        case .grid(let grid): grid.sizeMillis
        case .session: 1 << 16
        case .global: 1 << 16
        }
    }
}
