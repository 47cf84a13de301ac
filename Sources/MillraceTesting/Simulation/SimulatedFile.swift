import Millrace
import Synchronization

/// An open file of ``SimulatedFiles``.
final class SimulatedFile: StoredFile {
    private let files: SimulatedFiles
    private let path: String
    private let node: Int
    private let life: Int

    init(files: SimulatedFiles, path: String, node: Int, life: Int) {
        self.files = files
        self.path = path
        self.node = node
        self.life = life
    }

    func size() throws -> Int64 {
        try files.perform("examined", path, life: life) { state in
            Int64(state.nodes[node]?.current.count ?? 0)
        }
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws -> Int {
        let bytes = try files.perform("read", path, life: life) { state in
            Array((state.nodes[node]?.current ?? []).dropFirst(Int(offset)).prefix(buffer.count))
        }
        buffer.copyBytes(from: bytes)
        return bytes.count
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws {
        let bytes = Array(bytes)
        try files.perform("written", path, life: life) { state in
            if let capacity = state.capacity {
                let used = state.nodes.values.reduce(0) { $0 + $1.current.count }
                if used + bytes.count > capacity {
                    throw StreamError(
                        .inputOutput, "'\(path)' could not be written: No space left on device",
                        cause: StorageFault.noSpace)
                }
            }
            let change = SimulatedFiles.Change.write(offset: Int(offset), bytes: bytes)
            state.nodes[node]?.change(change)
        }
    }

    func truncate(to size: Int64) throws {
        try files.perform("cut off", path, life: life) { state in
            if size < state.nodes[node]?.current.count ?? 0 { state.takenBack.append(path) }
            state.nodes[node]?.change(.truncate(Int(size)))
        }
    }

    func sync() throws {
        try files.perform("synchronised", path, life: life) { state in
            state.nodes[node]?.sync()
        }
    }
}

extension SimulatedFiles.Change {
    func apply(to bytes: inout [UInt8], torn: Int? = nil) {
        switch self {
        case .truncate(let size):
            if size < bytes.count { bytes.removeLast(bytes.count - size) }
            bytes.append(contentsOf: repeatElement(0, count: max(0, size - bytes.count)))
        case .write(let offset, let content):
            let content = content.prefix(torn ?? content.count)
            if content.isEmpty { return }
            bytes.append(
                contentsOf: repeatElement(0, count: max(0, offset + content.count - bytes.count)))
            bytes.replaceSubrange(offset..<offset + content.count, with: content)
        }
    }
}

extension SimulatedFiles.Node {
    mutating func change(_ change: SimulatedFiles.Change) {
        change.apply(to: &current)
        pending.append(change)
    }

    mutating func sync() {
        durable = current
        pending = []
    }
}

extension SimulatedFiles {
    /// Switches the machine on again after a crash. What was not synchronised is there or not, as `generator`
    /// decides: any of the writes, one of them torn; a beginning of the changes to names.
    func restart(_ generator: inout SeededGenerator) {
        state.withLock { state in
            for node in state.nodes.keys.sorted() {
                guard var content = state.nodes[node] else { continue }
                let keeps = generator.below(3)
                for change in content.pending {
                    // All, none, or some of them.
                    if keeps == 0 || keeps == 1 && generator.oneIn(2) { continue }
                    let isTorn = generator.oneIn(4)
                    change.apply(to: &content.durable, torn: isTorn ? generator.below(64) : nil)
                }
                content.pending = []
                content.current = content.durable
                state.nodes[node] = content
            }
            for change in state.pendingNames.prefix(generator.below(state.pendingNames.count + 1)) {
                change.apply(to: &state.durableNames)
            }
            state.pendingNames = []
            state.names = state.durableNames
            let alive = Set(state.names.values)
            state.nodes = state.nodes.filter { alive.contains($0.key) }
            state.locks = []
            state.hasCrashed = false
            state.operations = 0
            state.crashesAt = nil
            state.failsAt = []
            state.life += 1
        }
    }
}
