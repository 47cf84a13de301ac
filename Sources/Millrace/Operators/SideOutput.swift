/// The name and type of an additional output of an operator.
///
/// ```swift
/// let expensive = SideOutput<Order>("expensive")
/// ```
public struct SideOutput<Element: Sendable>: Sendable, Hashable {
    /// The output's name, unique within its operator.
    public let name: String

    /// A side output called `name`.
    @inlinable
    public init(_ name: String) { self.name = name }
}

/// A side output's pending batch, erased to what every type has in common.
@usableFromInline
class SideEmitterBase {
    @usableFromInline let name: String
    @usableFromInline init(name: String) { self.name = name }
    @usableFromInline func flush() throws {}
    @usableFromInline func signal(_ signal: Signal) throws {}
}

/// A side output's pending batch.
@usableFromInline
final class SideEmitter<Element: Sendable>: SideEmitterBase {
    @usableFromInline var batch = Batch<Element>()
    @usableFromInline let port: Port<Element>

    @inlinable
    init(name: String, port: Port<Element>) {
        self.port = port
        super.init(name: name)
    }

    @inlinable
    func emit(_ element: Element, at timestamp: Timestamp) throws {
        batch.append(element, at: timestamp)
        if batch.count >= batchCapacity { try flush() }
    }

    @usableFromInline
    override func flush() throws {
        if batch.isEmpty { return }
        try port.receive(&batch)
        batch.removeAll()
    }

    @usableFromInline
    override func signal(_ signal: Signal) throws { try port.signal(signal) }
}

extension OperatorContext {
    /// Sends an element to a side output; it is dropped if nothing is connected to that output.
    @inlinable
    func emit<Element: Sendable>(
        _ element: Element, at timestamp: Timestamp, toSide output: SideOutput<Element>
    ) throws {
        for side in sideOutputs where side.name == output.name {
            guard let side = side as? SideEmitter<Element> else { continue }
            try side.emit(element, at: timestamp)
            return
        }
    }

    @inlinable
    func flushSides() throws { for side in sideOutputs { try side.flush() } }

    @inlinable
    func signalSides(_ signal: Signal) throws {
        for side in sideOutputs { try side.signal(signal) }
    }
}
