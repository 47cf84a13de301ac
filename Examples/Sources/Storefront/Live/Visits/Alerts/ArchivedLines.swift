import Foundation
import Millrace

/// The lines of a file that grows, read one after the other from a place on.
struct ArchivedLines {
    private static let pieceSize = 1 << 16

    private let path: String
    /// Where the next line begins.
    private(set) var offset: UInt64
    /// How many lines are there behind ``offset``, as of the last look.
    private(set) var count = 0
    /// What has been read of the file from ``offset`` on.
    private var bytes = Data()
    /// Up to where lines have been counted.
    private var counted: UInt64

    /// - Parameter offset: Where to begin; `nil` for the end of what is there.
    /// - Throws: An error of the Foundation if the file is there and cannot be read.
    init(_ path: String, from offset: UInt64?) throws {
        self.path = path
        let end = try Self.withFile(path) { try $0?.seekToEnd() ?? 0 }
        self.offset = min(offset ?? end, end)
        if try !Self.isLineStart(self.offset, of: path) {
            // Of what has been replaced by something else, nothing is known to be done. At the end there is a
            // line that is just being written.
            self.offset = offset == nil ? try Self.lastLineStart(of: path) : 0
        }
        counted = self.offset
    }

    /// Takes note of what has been written. A file that has become shorter is read from its new end on; one that has
    /// been written anew meanwhile and is longer, from the place where reading was.
    /// - Throws: An error of the Foundation if the file is there and cannot be read.
    mutating func look() throws {
        try Self.withFile(path) { file in
            let end = try file?.seekToEnd() ?? 0
            if end < counted {
                offset = min(offset, end)
                (counted, count) = (offset, 0)
                bytes.removeAll()
            }
            try file?.seek(toOffset: counted)
            while counted < end, let piece = try file?.read(upToCount: Self.pieceSize),
                !piece.isEmpty
            {
                count += piece.count { $0 == UInt8(ascii: "\n") }
                counted += UInt64(piece.count)
            }
        }
    }

    /// The next line, without its end; `nil` if none is whole.
    /// - Throws: An error of the Foundation if the file cannot be read.
    mutating func first() throws -> Data? {
        while true {
            if let end = bytes.firstIndex(of: UInt8(ascii: "\n")) { return bytes[..<end] }
            if count == 0 { return nil }
            let start = offset + UInt64(bytes.count)
            let piece = try Self.withFile(path) { file in
                try file?.seek(toOffset: start)
                return try file?.read(upToCount: Self.pieceSize) ?? Data()
            }
            if piece.isEmpty { return nil }
            bytes += piece
        }
    }

    /// Goes on behind the next line.
    mutating func removeFirst() {
        guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return }
        offset += UInt64(end + 1 - bytes.startIndex)
        bytes = Data(bytes[(end + 1)...])
        count -= 1
    }

    /// Where the line begins that has no end yet.
    private static func lastLineStart(of path: String) throws -> UInt64 {
        try withFile(path) { file in
            var end = try file?.seekToEnd() ?? 0
            while end > 0 {
                let start = end - min(end, UInt64(pieceSize))
                try file?.seek(toOffset: start)
                let piece = try file?.read(upToCount: Int(end - start)) ?? Data()
                if let newline = piece.lastIndex(of: UInt8(ascii: "\n")) {
                    return start + UInt64(newline - piece.startIndex) + 1
                }
                end = start
            }
            return 0
        }
    }

    private static func isLineStart(_ offset: UInt64, of path: String) throws -> Bool {
        if offset == 0 { return true }
        return try withFile(path) { file in
            try file?.seek(toOffset: offset - 1)
            return try file?.read(upToCount: 1)?.first == UInt8(ascii: "\n")
        }
    }

    /// Opens the file for a moment; a file that is not there is `nil`.
    private static func withFile<Result>(
        _ path: String, _ body: (FileHandle?) throws -> Result
    ) throws -> Result {
        guard FileManager.default.fileExists(atPath: path) else { return try body(nil) }
        let file = try FileHandle(forReadingFrom: URL(filePath: path))
        defer { file.closeFile() }
        return try body(file)
    }
}
