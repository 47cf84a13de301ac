import Foundation
import HTTPTypes
import Hummingbird
import Millrace
import NIOCore

/// The shop's pages: files that are read once, when the server starts, and served from memory.
///
/// Only what was found then can be asked for, under its own name: no path reaches any other file.
struct StaticPages: Sendable {
    private struct Page: Sendable {
        var type: String
        var tag: String
        var content: ByteBuffer
    }

    private let pages: [String: Page]

    /// Reads the pages that are built into the program.
    init() { self.init(directory: Self.directory) }

    static let directory = Bundle.module.url(forResource: "Web", withExtension: nil)

    /// Reads every file below a directory. `index.html` is served at `/`, `shop.html` also at `/shop`.
    init(directory: URL?) {
        var pages: [String: Page] = [:]
        let root = directory?.standardizedFileURL.path ?? ""
        let files = directory.flatMap {
            FileManager.default.enumerator(at: $0, includingPropertiesForKeys: [.isRegularFileKey])
        }
        while let url = files?.nextObject() as? URL {
            guard let data = FileManager.default.contents(atPath: url.path), !url.hasDirectoryPath
            else { continue }
            let path = String(url.standardizedFileURL.path.dropFirst(root.count))
            let hash = data.withUnsafeBytes { String(StableDigest.of($0), radix: 16) }
            let page = Page(
                type: Self.type(of: url.pathExtension), tag: "\"\(hash)-\(data.count)\"",
                content: ByteBuffer(bytes: data))
            pages[path] = page
            if path.hasSuffix(".html") { pages[String(path.dropLast(5))] = page }
        }
        if let index = pages.removeValue(forKey: "/index") { pages["/"] = index }
        self.pages = pages
    }

    /// The paths that there are pages at.
    var paths: [String] { pages.keys.sorted() }

    var routes: [Route] {
        paths.map { path in
            Route(.get, path) { request, _ in respond(to: request, at: path) }
        }
    }

    private func respond(to request: Request, at path: String) -> Response {
        guard let page = pages[path] else {
            return Problem.notFound("there is no such page").response
        }
        let headers: HTTPFields = [
            .contentType: page.type, .eTag: page.tag, .cacheControl: "no-cache",
        ]
        if let known = request.headers[.ifNoneMatch], Self.list(known, has: page.tag) {
            return Response(status: .notModified, headers: headers)
        }
        return Response(
            status: .ok, headers: headers, body: ResponseBody(byteBuffer: page.content))
    }

    private static func list(_ tags: String, has tag: String) -> Bool {
        tags.split(separator: ",").contains { each in
            let each = each.drop { $0 == " " }
            return each == "*" || each == tag || each == "W/\(tag)"
        }
    }

    private static func type(of suffix: String) -> String {
        switch suffix {
        case "html": "text/html; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "js", "mjs": "text/javascript; charset=utf-8"
        case "json", "webmanifest": "application/json"
        case "svg": "image/svg+xml"
        case "png": "image/png"
        case "ico": "image/x-icon"
        case "woff2": "font/woff2"
        case "txt": "text/plain; charset=utf-8"
        default: "application/octet-stream"
        }
    }
}

/// Tells contents apart: FNV-1a, 64 bits. Not against someone who wants two to be alike.
private enum StableDigest {
    static func of(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
