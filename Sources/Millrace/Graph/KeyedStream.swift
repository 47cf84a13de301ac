/// A stream whose elements belong to keys: what windows and keyed state are built on.
///
/// All elements of one key are processed by one worker, in arrival order.
public struct KeyedStream<Key: StreamKey, Element: Sendable> {
    @usableFromInline let base: DataStream<Element>
    @usableFromInline let key: @Sendable (Element) throws -> Key

    @inlinable
    init(base: DataStream<Element>, key: @escaping @Sendable (Element) throws -> Key) {
        self.base = base
        self.key = key
    }

    @inlinable
    var partitioner: Partitioner { .keyed(by: key) }
}

extension DataStream {
    /// Groups the stream by a key.
    ///
    /// - Parameter key: Runs once or twice per element; must give the same key for equal elements. If it
    ///   throws, the element is rejected by the error policy of the operator that follows.
    @inlinable
    public func keyed<Key: StreamKey>(
        by key: @escaping @Sendable (Element) throws -> Key
    ) -> KeyedStream<Key, Element> {
        KeyedStream(base: self, key: key)
    }
}
