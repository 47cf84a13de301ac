/// The result of one window for one key. Its event time is the window's last millisecond, `end - 1`.
@frozen
public struct Windowed<Key: StreamKey, Value: Sendable>: Sendable {
    /// The key whose elements are in the window.
    public var key: Key
    /// The window, half-open.
    public var window: Window
    /// What the window's elements add up to.
    public var value: Value

    @inlinable
    public init(key: Key, window: Window, value: Value) {
        self.key = key
        self.window = window
        self.value = value
    }
}

extension Windowed: Equatable where Value: Equatable {}
extension Windowed: Hashable where Value: Hashable {}

/// An element that came too late for at least one of its windows.
public struct LateElement<Element: Sendable>: Sendable {
    /// The element as it came.
    public var element: Element
    /// Its event time.
    public var timestamp: Timestamp
    /// Whether it missed every window it belongs to; otherwise some of them have it.
    public var missedAll: Bool

    @inlinable
    public init(element: Element, timestamp: Timestamp, missedAll: Bool) {
        self.element = element
        self.timestamp = timestamp
        self.missedAll = missedAll
    }
}

/// The side output of a windowed operator that carries late elements.
@inlinable
func lateOutput<Element: Sendable>(of type: Element.Type) -> SideOutput<LateElement<Element>> {
    SideOutput("late")
}
