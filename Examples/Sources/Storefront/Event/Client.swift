/// What kind of device a visitor uses.
public enum DeviceClass: String, Sendable, Codable, CaseIterable, BitwiseCopyable {
    case mobile, desktop, tablet, bot, unknown
}

/// What a visitor's device runs.
enum OperatingSystem: String, Sendable, CaseIterable {
    case windows, macos, ios, android, linux, chromeos, unknown
}

/// What an event was sent from, as its user agent says.
struct Client: Sendable, Hashable, BitwiseCopyable {
    var device: DeviceClass
    var system: OperatingSystem

    static let unknown = Client(device: .unknown, system: .unknown)

    /// A small number of its own for each client.
    var number: UInt8 {
        UInt8(DeviceClass.allCases.firstIndex(of: device) ?? 0) << 4
            | UInt8(OperatingSystem.allCases.firstIndex(of: system) ?? 0)
    }

    /// Recognises a user agent by the words that browsers and crawlers put into theirs (MDN, "Browser
    /// detection using the user agent string").
    init(userAgent: String) {
        let text = userAgent.lowercased()
        func says(_ words: String...) -> Bool { words.contains { text.contains($0) } }
        system =
            if says("windows") { .windows } else if says("iphone", "ipad", "ipod") {
                .ios
            } else if says("android") { .android } else if says("cros") {
                .chromeos
            } else if says("mac os", "macintosh") {
                .macos
            } else if says("linux", "x11") { .linux } else { .unknown }
        device =
            if says(
                "bot", "crawl", "spider", "slurp", "curl/", "wget", "python-", "headless",
                "java/", "go-http", "facebookexternalhit", "preview")
            {
                .bot
            } else if says("ipad", "tablet", "kindle", "playbook")
                || system == .android && !says("mobile")
            {
                .tablet
            } else if says("mobi", "iphone", "ipod", "android", "phone") {
                .mobile
            } else if system != .unknown {
                .desktop
            } else {
                .unknown
            }
    }

    init(device: DeviceClass, system: OperatingSystem) {
        self.device = device
        self.system = system
    }
}
