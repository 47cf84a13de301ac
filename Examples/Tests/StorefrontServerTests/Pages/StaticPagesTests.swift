import Foundation
import Hummingbird
import HummingbirdTesting
import Testing

@testable import StorefrontServer

@Suite struct StaticPagesTests {
    @Test func servesWhatIsThereAndNothingElse() throws {
        let root = URL(fileURLWithPath: NSTemporaryDirectory() + "pages-\(UUID().uuidString)")
        defer { do { try FileManager.default.removeItem(at: root) } catch {} }
        try FileManager.default.createDirectory(
            at: root.appending(path: "site/assets"), withIntermediateDirectories: true)
        for (name, text) in [
            ("secret.txt", "no"), ("site/index.html", "<html>"), ("site/shop.html", "<html>"),
            ("site/assets/app.js", "1"),
        ] {
            try Data(text.utf8).write(to: root.appending(path: name))
        }
        let pages = StaticPages(directory: root.appending(path: "site"))
        #expect(
            pages.paths == ["/", "/assets/app.js", "/index.html", "/shop", "/shop.html"])
        #expect(StaticPages(directory: nil).paths.isEmpty)
    }

    @Test func aPageIsSentOnceWhileItStaysTheSame() async throws {
        let shop = try TestShop()
        defer { shop.remove() }
        try await shop.server().application.test(.router) { client in
            let page = try await client.get("/")
            #expect(page.status == .ok)
            #expect(page.headers[.contentType] == "text/html; charset=utf-8")
            #expect(page.headers[.cacheControl] == "no-cache")
            let tag = try #require(page.headers[.eTag])
            for known in [tag, "\"x\", W/\(tag)", "*"] {
                let again = try await client.get("/", headers: [.ifNoneMatch: known])
                #expect(again.status == .notModified)
                #expect(again.body.readableBytes == 0)
            }
            #expect(try await client.get("/", headers: [.ifNoneMatch: "\"x\""]).status == .ok)
        }
    }

    @Test(arguments: [
        "/../Package.swift", "/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2fetc/passwd",
        "/./index.html/..",
        "/assets/../../index.html", "/index.html%00.css", "/\\..\\x",
    ])
    func noPathLeadsOut(_ path: String) async throws {
        let shop = try TestShop()
        defer { shop.remove() }
        try await shop.server().application.test(.router) { client in
            let response = try await client.get(path)
            #expect(response.status == .notFound)
        }
    }

    /// Pages that the content policy would keep from working are not served.
    @Test func nothingInlineNothingFromElsewhere() throws {
        let web = try #require(StaticPages.directory)
        let files = FileManager.default.enumerator(at: web, includingPropertiesForKeys: nil)
        while let url = files?.nextObject() as? URL {
            guard url.pathExtension == "html" else { continue }
            let text = try String(contentsOf: url, encoding: .utf8)
            #expect(!text.contains("<style"), "\(url.lastPathComponent)")
            #expect(!text.contains(" style="), "\(url.lastPathComponent)")
            #expect(!text.contains(" onclick="), "\(url.lastPathComponent)")
            #expect(!text.contains("<script>"), "\(url.lastPathComponent)")
            #expect(!text.contains("src=\"http"), "\(url.lastPathComponent)")
        }
    }
}
