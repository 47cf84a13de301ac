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
    /// The file that holds the bytes until then; empty if there are none.
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
    /// The target's length when all prepared transactions are committed.
    private(set) var end: Int64 = 0
    private var staged: (name: String, file: any StoredFile, count: Int64)?
    private var stagedNumber = 0

    init(path: String, files: any FileSystem) {
        self.path = path
        self.files = files
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
            return FileTransaction(stagedName: "", offset: end, count: 0)
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
        guard files.exists(source) else {
            if try target.size() >= transaction.offset + transaction.count { return }
            throw StreamError(
                .inputOutput,
                "'\(path)' lacks committed output, and '\(source)', which held it, is gone; restore "
                    + "one of them, or begin without the checkpoint")
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
    func recover(_ transactions: [FileTransaction]) throws {
        let kept = Set(transactions.map(\.stagedName))
        for name in try files.list(folder)
        where name.hasPrefix(stagedPrefix) && !kept.contains(name) {
            try files.remove("\(folder)/\(name)")
        }
        for transaction in transactions { try commit(transaction) }
        end = transactions.map { $0.offset + $0.count }.max() ?? 0
        // What a later checkpoint had committed, which cannot be gone on from, will be made again.
        let target = try files.open(path, .update)
        if try target.size() > end { try target.truncate(to: end) }
        try target.sync()
        try files.syncDirectory(folder)
    }
}
