import Foundation
import Storefront

/// Finds settings in layers; the first that has one wins.
struct SettingReader {
    let layers: [SettingLayer]

    /// The value of a setting; `nil` if no layer has it.
    /// - Throws: ``Failure`` if it cannot be understood.
    func value<Value>(
        _ setting: Setting, _ expected: String, _ parse: (String) -> Value?
    ) throws(Failure) -> Value? {
        for layer in layers {
            guard let text = layer.values[setting] else { continue }
            guard let value = parse(text) else {
                // What was given is not repeated: it may be a secret in the wrong place.
                throw layer.failure("\(layer.describe(setting)) must be \(expected)")
            }
            return value
        }
        return nil
    }

    /// A secret, given as it is or as the path of a file that holds it. Within a layer only one of the two
    /// may be given; of several layers, the first that has either wins.
    func secret(
        _ setting: Setting, orFileIn fileSetting: Setting
    ) throws(Failure) -> Secret? {
        for layer in layers {
            let text = layer.values[setting]
            let path = layer.values[fileSetting]
            if text != nil, path != nil {
                throw layer.failure(
                    "give only one of \(layer.describe(setting)) and \(layer.describe(fileSetting))"
                )
            }
            if let text { return try checked(text, layer.describe(setting), layer) }
            if let path {
                guard let content = try? String(contentsOfFile: path, encoding: .utf8) else {
                    throw layer.failure(
                        "\(layer.describe(fileSetting)): the file '\(path)' cannot be read")
                }
                return try checked(
                    content.trimmingCharacters(in: .whitespacesAndNewlines), "'\(path)'", layer)
            }
        }
        return nil
    }

    /// An address to post to; `nil` if no layer has it.
    func webhook(_ setting: Setting) throws(Failure) -> Secret? {
        for layer in layers {
            guard let text = layer.values[setting] else { continue }
            do { return Secret(try WebhookAddress(text).text) } catch {
                throw layer.failure(
                    "\(layer.describe(setting)) must be an address such as https://host/path; "
                        + "this one \(error)")
            }
        }
        return nil
    }

    private func checked(
        _ text: String, _ origin: String, _ layer: SettingLayer
    ) throws(Failure) -> Secret {
        // RFC 6750: what a bearer token may consist of.
        let isToken = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "+"), UInt8(ascii: "/"),
                UInt8(ascii: "="):
                true
            default: false
            }
        }
        guard isToken, (16...512).contains(text.utf8.count) else {
            throw layer.failure(
                "\(origin) must be 16 to 512 letters, digits and -._~+/=, such as "
                    + "`openssl rand -base64 32` makes")
        }
        return Secret(text)
    }
}
