public import Millrace
import Synchronization

/// Files in memory that behave as badly as a disk may: what was not synchronised is lost in a crash, or there
/// in part; names last only when their directory was synchronised; any operation may fail.
///
/// The model is that of POSIX without the favours of some file systems: synchronising a file does not make its
/// name last, and writes that were not synchronised may survive in any combination, the last one torn.
public final class SimulatedFiles: FileSystem {
    /// What a file holds now, and what would survive.
    struct Node {
        var current: [UInt8] = []
        var durable: [UInt8] = []
        var pending: [Change] = []
    }

    enum Change {
        case write(offset: Int, bytes: [UInt8])
        case truncate(Int)
    }

    enum NameChange {
        case add(String, Int)
        case remove(String)
        case rename(String, to: String)
    }

    struct State {
        var nodes: [Int: Node] = [:]
        var names: [String: Int] = [:]
        var durableNames: [String: Int] = [:]
        var pendingNames: [NameChange] = []
        var nextNode = 0
        var locks: Set<String> = []
        /// Operations since the last start.
        var operations = 0
        var crashesAt: Int?
        var failsAt: Set<Int> = []
        var hasCrashed = false
        var capacity: Int?
        /// Counts crashes, so that files opened before one are of no use after it.
        var life = 0
        /// Files whose end was cut off: what a reader had seen there was taken back.
        var takenBack: [String] = []
    }

    let state = Mutex(State())

    public init() {}

    /// Whether the simulated machine has crashed.
    var hasCrashed: Bool { state.withLock { $0.hasCrashed } }

    /// How many operations there have been since the last start.
    public var operationCount: Int { state.withLock { $0.operations } }

    /// From now on nothing works.
    func crash() { state.withLock { $0.hasCrashed = true } }

    /// The content of a file, as a reader would see it; `nil` if there is none.
    public func content(_ path: String) -> [UInt8]? {
        state.withLock { state in state.names[path].flatMap { state.nodes[$0]?.current } }
    }

    /// The content of a file as text.
    public func text(_ path: String) -> String? {
        content(path).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Puts a file there, safe from crashes.
    public func put(_ bytes: [UInt8], at path: String) {
        state.withLock { state in
            state.nextNode += 1
            state.nodes[state.nextNode] = Node(current: bytes, durable: bytes)
            state.names[path] = state.nextNode
            state.durableNames[path] = state.nextNode
        }
    }

    /// Runs an operation unless the machine has crashed, or does here, or the operation is to fail.
    func perform<Result>(
        _ what: String, _ path: String, life: Int? = nil,
        _ body: (inout State) throws -> Result
    ) throws -> Result {
        try state.withLock { state in
            state.operations += 1
            if state.operations == state.crashesAt { state.hasCrashed = true }
            if state.hasCrashed || life.map({ $0 != state.life }) ?? false {
                throw StreamError(
                    .inputOutput, "'\(path)' could not be \(what): the machine is off")
            }
            if state.failsAt.remove(state.operations) != nil {
                throw StreamError(.inputOutput, "'\(path)' could not be \(what): simulated failure")
            }
            return try body(&state)
        }
    }

    // MARK: - FileSystem

    public func open(_ path: String, _ mode: FileMode) throws -> any StoredFile {
        let path = Self.plain(path)
        return try perform("opened", path) { state in
            let node: Int
            if let known = state.names[path] {
                node = known
                if mode == .replace {
                    state.nodes[node]?.current = []
                    state.nodes[node]?.pending.append(.truncate(0))
                }
            } else if mode == .read {
                throw StreamError(
                    .inputOutput, "'\(path)' could not be opened: there is no such file")
            } else {
                state.nextNode += 1
                node = state.nextNode
                state.nodes[node] = Node()
                state.names[path] = node
                state.pendingNames.append(.add(path, node))
            }
            return SimulatedFile(files: self, path: path, node: node, life: state.life)
        }
    }

    public func createDirectory(_ path: String) throws {}

    public func list(_ directory: String) throws -> [String] {
        let prefix = directory == "." ? "" : directory + "/"
        return try perform("listed", directory) { state in
            state.names.keys.filter { $0.hasPrefix(prefix) }.map {
                String($0.dropFirst(prefix.count))
            }
            .filter { !$0.contains("/") }.sorted()
        }
    }

    public func rename(_ path: String, to newPath: String) throws {
        let (path, newPath) = (Self.plain(path), Self.plain(newPath))
        try perform("renamed", path) { state in
            guard let node = state.names.removeValue(forKey: path) else {
                throw StreamError(
                    .inputOutput, "'\(path)' could not be renamed: there is no such file")
            }
            state.names[newPath] = node
            state.pendingNames.append(.rename(path, to: newPath))
        }
    }

    public func remove(_ path: String) throws {
        let path = Self.plain(path)
        try perform("removed", path) { state in
            if state.names.removeValue(forKey: path) != nil {
                state.pendingNames.append(.remove(path))
            }
        }
    }

    public func exists(_ path: String) -> Bool {
        state.withLock { $0.names[Self.plain(path)] != nil }
    }

    /// A path without what means nothing.
    private static func plain(_ path: String) -> String {
        path.hasPrefix("./") ? String(path.dropFirst(2)) : path
    }

    public func syncDirectory(_ path: String) throws {
        try perform("synchronised", path) { state in
            for change in state.pendingNames { change.apply(to: &state.durableNames) }
            state.pendingNames = []
        }
    }

    public func lock(_ path: String) throws -> any FileLock {
        let life = try perform("locked", path) { state in
            guard state.locks.insert(path).inserted else {
                throw StreamError(
                    .inputOutput, "'\(path)' is locked", cause: StorageFault.inUse)
            }
            return state.life
        }
        return SimulatedLock(files: self, path: path, life: life)
    }
}

extension SimulatedFiles.NameChange {
    func apply(to names: inout [String: Int]) {
        switch self {
        case .add(let path, let node): names[path] = node
        case .remove(let path): names[path] = nil
        case .rename(let path, let newPath): names[newPath] = names.removeValue(forKey: path)
        }
    }
}

/// A lock, given back with its last reference.
private final class SimulatedLock: FileLock {
    let files: SimulatedFiles
    let path: String
    let life: Int

    init(files: SimulatedFiles, path: String, life: Int) {
        self.files = files
        self.path = path
        self.life = life
    }

    deinit {
        files.state.withLock { [path, life] state in
            if state.life == life { state.locks.remove(path) }
        }
    }
}
