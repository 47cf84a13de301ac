/// A stream whose elements belong to keys: what windows and keyed state are built on.
///
/// All elements of one key are processed by one worker, in arrival order.
public struct KeyedStream<Key: StreamKey, Element: Sendable> {
    @usableFromInline let base: DataStream<Element>
    @usableFromInline let selector: KeySelector<Element, Key>

    @inlinable
    init(base: DataStream<Element>, selector: KeySelector<Element, Key>) {
        self.base = base
        self.selector = selector
    }

    @inlinable
    var partitioner: Partitioner { .keyed(by: selector) }
}

extension DataStream {
    /// Groups the stream by a key.
    ///
    /// - Parameter key: Runs once or twice per element; must give the same key for equal elements. If it
    ///   throws, the element is rejected by the error policy of the operator that follows.
    @inlinable @inline(__always)
    public func keyed<Key: StreamKey>(
        by key: @escaping @Sendable (Element) throws -> Key
    ) -> KeyedStream<Key, Element> {
        KeyedStream(base: self, selector: KeySelector(key))
    }
}
