import Foundation
import Logging
import Millrace
import Testing

@testable import StorefrontCommand

@Suite struct SettingsTests {
    private func file(_ json: String) throws -> SettingLayer {
        try .file(Data(json.utf8), at: "shop.json")
    }

    @Test func flagsOverrideTheEnvironmentWhichOverridesTheFile() throws {
        let flags = SettingLayer.flags([.port: "1"])
        let environment = try SettingLayer.environment([
            "STOREFRONT_PORT": "2", "STOREFRONT_RATE": "20", "HOME": "/",
        ])
        let file = try file(#"{"port": 3, "rate": 30.5, "seed": 33, "simulation": false}"#)
        let settings = try Settings([flags, environment, file])
        #expect(settings.port == 1)
        #expect(settings.rate == 20)
        #expect(settings.seed == 33)
        #expect(!settings.simulates)
        #expect(settings.host == "127.0.0.1")
    }

    @Test func unknownKeysAreRefusedWithTheWayOut() {
        #expect(
            throws: Failure.configuration(
                "the configuration file 'shop.json' has the unknown key \"prot\"; "
                    + "did you mean \"port\"?")
        ) { try file(#"{"prot": 1}"#) }
        #expect(throws: Failure.self) { try file(#"{"nothing-like-it": 1}"#) }
        #expect(throws: Failure.self) { try file("[1]") }
        #expect(throws: Failure.self) { try file(#"{"port": [1]}"#) }
        #expect(throws: Failure.self) { try SettingLayer.environment(["STOREFRONT_PROT": "1"]) }
        #expect(throws: Failure.self) { try SettingLayer.file("/nowhere/shop.json") }
    }

    @Test(arguments: [
        (Setting.port, "65536"), (.port, "http"), (.rate, "0"), (.rate, "nan"), (.seed, "-1"),
        (.history, "3d"), (.speed, "0"), (.speed, "fast"), (.checkpointInterval, "5"),
        (.checkpointInterval, "10ms"), (.partitions, "0"), (.logAge, "1m"), (.logSize, "1MB"),
        (.logSize, "10"), (.webhook, "ftp://there"), (.webhook, "there"), (.token, "short"),
        (.token, "has a space in the middle"), (.simulation, "maybe"), (.logLevel, "loud"),
        (.skipDamaged, "perhaps"),
    ])
    func wrongValuesAreRefusedByName(_ setting: Setting, _ value: String) {
        let error = #expect(throws: Failure.self) {
            try Settings([.flags([setting: value])])
        }
        #expect(error?.description.hasPrefix("--\(setting.rawValue) must be ") == true)
        #expect(error?.code == 64)
        let variable = try? SettingLayer.environment([setting.variable: value])
        let other = #expect(throws: Failure.self) { try Settings([try #require(variable)]) }
        #expect(other?.code == 78)
    }

    @Test(arguments: [
        ("http://", "has no host"), ("http:///alerts", "has no host"),
        ("http://:80/", "has no host"),
        ("http://there:99999", "port"), ("http://there:0/", "port"),
        ("http://there:99999999999999999999/", "port"), ("http://there:http/", "is not a URL"),
        ("http://over there/", "is not a URL"), ("HTTPX://there", "does not begin with http"),
        ("http+unix://there/", "does not begin with http"), ("", "is not a URL"),
        ("https://name:secret@there/", "which are not sent"),
    ])
    func anAddressThatNothingCanBePostedToIsRefusedWithTheReason(_ text: String, words: String) {
        let error = #expect(throws: Failure.self) { try Settings([.flags([.webhook: text])]) }
        #expect(error?.code == 64)
        #expect(error?.description.hasPrefix("--webhook must be ") == true)
        #expect(error?.description.contains("; this one ") == true)
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
        #expect(error?.description.contains("secret") != true)
    }

    @Test(arguments: [
        "http://there", "HTTP://there", "hTTps://There:443/a?b=c", "http://[::1]:80/x",
        "http://127.0.0.1:65535", "http://there:/", "https://hooks.example/T0/B0#x",
    ])
    func everyAddressOfHTTPIsTaken(_ text: String) throws {
        #expect(try Settings([.flags([.webhook: text])]).webhook == Secret(text))
    }

    @Test func valuesInUnitsAreUnderstood() throws {
        let settings = try Settings([
            .flags([
                .checkpointInterval: "500ms", .logAge: "90d", .logSize: "10GB", .speed: "60",
                .replay: "clicks.csv",
            ])
        ])
        #expect(settings.checkpointInterval == .milliseconds(500))
        #expect(settings.logRetention == .init(age: .days(90), bytesPerPartition: 10 << 30))
        #expect(settings.speed == .times(60))
        #expect(!settings.simulates, "whoever plays a recording wants to see that")
        let both = try Settings([.flags([.replay: "clicks.csv", .simulation: "true"])])
        #expect(both.simulates)
    }

    @Test func secretsComeFromFilesAndAreNeverShown() throws {
        let path = NSTemporaryDirectory() + "token-\(UUID())"
        try "a-token-of-many-letters\n".write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let settings = try Settings([
            .flags([
                .tokenFile: path, .adminToken: "another-token-of-letters",
                .webhook: "https://hooks.example/secret-place",
            ])
        ])
        #expect(settings.token == Secret("a-token-of-many-letters"))
        for text in [settings.report, "\(settings)", String(reflecting: settings)] {
            #expect(!text.contains("many-letters"))
            #expect(!text.contains("of-letters"))
            #expect(!text.contains("secret-place"))
        }
        #expect(throws: Failure.self) {
            try Settings([.flags([.token: "a-token-of-many-letters", .tokenFile: path])])
        }
        #expect(throws: Failure.self) { try Settings([.flags([.tokenFile: "/nowhere/token"])]) }
    }

    @Test func theReportIsAConfigurationFile() throws {
        var settings = Settings()
        settings.rate = 12.5
        settings.skipsDamaged = true
        settings.logRetention = .init(age: .hours(36), bytesPerPartition: 1 << 30)
        settings.replay = "a \"quoted\" name.csv"
        let layer = try file(settings.report)
        #expect(try Settings([layer]) == settings)
    }
}
