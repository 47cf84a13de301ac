/// Where a line file's bytes go: straight into the file, or through transactions.
final class LineOutput {
    private let file: ByteFile?
    let transactions: FileTransactions?

    init(_ file: consuming ByteFile) {
        self.file = consume file
        transactions = nil
    }

    init(_ transactions: FileTransactions) {
        file = nil
        self.transactions = transactions
    }

    func write(_ bytes: [UInt8]) throws {
        try transactions?.stage(bytes)
        try file?.write(bytes)
    }
}

/// A run of bytes that is published in a file as a whole.
public struct FileTransaction: StateCodable, Hashable {
    /// The file that holds the bytes until then; named for its target also where there are none.
    var stagedName: String
    /// Where in the target the bytes begin.
    var offset: Int64
    /// How many there are.
    var count: Int64

    init(stagedName: String, offset: Int64, count: Int64) {
        self.stagedName = stagedName
        self.offset = offset
        self.count = count
    }

    public func encode(to writer: inout StateWriter) throws {
        writer.write(stagedName)
        writer.write(offset)
        writer.write(count)
    }

    public init(from reader: inout StateReader) throws {
        stagedName = try reader.read(String.self)
        offset = try reader.read(Int64.self)
        count = try reader.read(Int64.self)
    }
}

/// Appends to a file so that a reader never sees a byte that is not committed, and each once.
///
/// What is written goes into a file beside the target. A commit copies it to its place in the target, which
/// was fixed when the transaction was prepared, so a commit that is repeated writes the same bytes again.
final class FileTransactions {
    private let path: String
    private let files: any FileSystem
    /// Two that write to one file would cut off what the other has written.
    private let lock: any FileLock
    private let mayReplace: Bool
    /// The target's length when all prepared transactions are committed.
    private(set) var end: Int64 = 0
    private var staged: (name: String, file: any StoredFile, count: Int64)?
    private var stagedNumber = 0

    /// - Parameter mayReplace: Whether what is in the file already is lost if no checkpoint knows of it.
    /// - Throws: ``StreamError`` with code `inputOutput` if somebody else writes to the file.
    init(path: String, files: any FileSystem, mayReplace: Bool) throws {
        self.path = path
        self.files = files
        self.mayReplace = mayReplace
        lock = try files.lock(path)
    }

    private var folder: String { directory(of: path) }
    private var stagedPrefix: String { ".\(fileName(of: path)).staged-" }

    func stage(_ bytes: [UInt8]) throws {
        if bytes.isEmpty { return }
        var open = try staged ?? begin()
        try open.file.write(bytes, at: open.count)
        open.count += Int64(bytes.count)
        staged = open
    }

    private func begin() throws -> (name: String, file: any StoredFile, count: Int64) {
        stagedNumber += 1
        let name = "\(stagedPrefix)\(end)-\(stagedNumber)"
        return (name, try files.open("\(folder)/\(name)", .replace), 0)
    }

    /// Makes what is staged survive a crash.
    func prepare() throws -> FileTransaction {
        guard let open = staged else {
            return FileTransaction(stagedName: "\(stagedPrefix)\(end)-0", offset: end, count: 0)
        }
        try open.file.sync()
        try files.syncDirectory(folder)
        staged = nil
        let transaction = FileTransaction(stagedName: open.name, offset: end, count: open.count)
        end += open.count
        return transaction
    }

    /// Copies a transaction to its place, unless that has been done.
    func commit(_ transaction: FileTransaction) throws {
        if transaction.count == 0 { return }
        let source = "\(folder)/\(transaction.stagedName)"
        let target = try files.open(path, .update)
        let size = try target.size()
        guard files.exists(source) else {
            if size >= transaction.offset + transaction.count { return }
            throw lacksOutput("'\(source)', which held it, is gone; restore one of them")
        }
        // Somebody has removed or emptied it meanwhile: writing on would leave a hole.
        if size < transaction.offset {
            throw lacksOutput("it ends at byte \(size) of \(transaction.offset); restore it")
        }
        try copy(try files.open(source, .read), transaction, to: target)
        try target.sync()
        try files.syncDirectory(folder)
        try files.remove(source)
    }

    private func copy(
        _ source: any StoredFile, _ transaction: FileTransaction, to target: any StoredFile
    ) throws {
        var done: Int64 = 0
        while done < transaction.count {
            let bytes = try source.read(1 << 20, at: done)
            if bytes.isEmpty {
                throw StreamError(.inputOutput, "'\(transaction.stagedName)' is cut off")
            }
            try target.write(bytes, at: transaction.offset + done)
            done += Int64(bytes.count)
        }
    }

    /// Brings the target to where a checkpoint left it.
    /// - Throws: ``StreamError`` with code `incompatibleState` if the transactions are another file's, with code
    ///   `inputOutput` if the file is not what the checkpoint knows; then nothing has been changed. If it lacks
    ///   output, the cause is ``StorageFault/missingOutput``.
    func recover(_ transactions: [FileTransaction]) throws {
        try check(transactions)
        let kept = Set(transactions.map(\.stagedName))
        for name in try files.list(folder)
        where name.hasPrefix(stagedPrefix) && !kept.contains(name) {
            try files.remove("\(folder)/\(name)")
        }
        for transaction in transactions { try commit(transaction) }
        end = transactions.map { $0.offset + $0.count }.max() ?? 0
        // What a later checkpoint had committed, which cannot be gone on from, will be made again.
        let target = try files.open(path, .update)
        let size = try target.size()
        if size < end { throw lacksOutput("it ends at byte \(size) of \(end); restore it") }
        if size > end { try target.truncate(to: end) }
        try target.sync()
        try files.syncDirectory(folder)
    }

    /// Refuses to cut off output that no checkpoint can make again.
    private func check(_ transactions: [FileTransaction]) throws {
        for transaction in transactions
        where !transaction.stagedName.isEmpty && !transaction.stagedName.hasPrefix(stagedPrefix) {
            throw StreamError(
                .incompatibleState,
                "the checkpoint's results of this sink are for another file than '\(path)'; sinks without a "
                    + "name are numbered, and change places when others come or go: name them, and say "
                    + "which was which by `renamedOperators`")
        }
        if !transactions.isEmpty || mayReplace { return }
        if let file = try files.openExisting(path), try file.size() > 0 {
            throw StreamError(
                .inputOutput,
                "'\(path)' holds output that no checkpoint knows of; move it away, write to another file, "
                    + "or begin with the checkpoints that it is from. `start = .anew` replaces it")
        }
    }

    private func lacksOutput(_ why: String) -> StreamError {
        StreamError(
            .inputOutput,
            "'\(path)' lacks committed output: \(why), or begin without the checkpoint",
            cause: StorageFault.missingOutput)
    }
}
