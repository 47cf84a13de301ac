import Foundation

/// The settings of one place: the flags, the environment, or a file.
struct SettingLayer {
    /// How a setting of this layer is named in messages.
    let describe: @Sendable (Setting) -> String
    /// Whether wrong values are those of the command line.
    var isUsage = false
    var values: [Setting: String] = [:]

    static func flags(_ values: [Setting: String]) -> SettingLayer {
        SettingLayer(
            describe: { "--\($0.rawValue)" }, isUsage: true, values: values)
    }

    /// What is wrong with a value of this layer.
    func failure(_ message: String) -> Failure {
        isUsage ? .usage(message) : .configuration(message)
    }

    /// - Throws: ``Failure`` for a variable that begins like a setting and is none.
    static func environment(_ environment: [String: String]) throws(Failure) -> SettingLayer {
        var layer = SettingLayer { $0.variable }
        for (name, value) in environment.sorted(by: { $0.key < $1.key })
        where name.hasPrefix(Setting.prefix) {
            guard let setting = Setting(variable: name) else {
                throw .configuration(
                    "the environment variable \(name) is no setting of the storefront; "
                        + "unset it, or see `storefront serve --help` for the names")
            }
            layer.values[setting] = value
        }
        return layer
    }

    /// - Throws: ``Failure`` if the file cannot be read, is no JSON object, or has an unknown key.
    static func file(_ path: String) throws(Failure) -> SettingLayer {
        let data: Data
        do { data = try Data(contentsOf: URL(filePath: path)) } catch {
            throw .configuration("the configuration file '\(path)' cannot be read")
        }
        return try file(data, at: path)
    }

    static func file(_ data: Data, at path: String) throws(Failure) -> SettingLayer {
        let object: [String: FileValue]
        do {
            object = try JSONDecoder().decode([String: FileValue].self, from: data)
        } catch {
            throw .configuration(
                "the configuration file '\(path)' is not a JSON object of texts, numbers and "
                    + "true or false, such as {\"port\": 8080}")
        }
        var layer = SettingLayer { "\"\($0.rawValue)\" in '\(path)'" }
        for (key, value) in object.sorted(by: { $0.key < $1.key }) {
            guard let setting = Setting(rawValue: key) else {
                let proposal = Setting.nearest(to: key).map { "; did you mean \"\($0.rawValue)\"?" }
                let names = Setting.allCases.map(\.rawValue).joined(separator: ", ")
                throw .configuration(
                    "the configuration file '\(path)' has the unknown key \"\(key)\""
                        + (proposal ?? "; the keys are \(names)"))
            }
            layer.values[setting] = value.text
        }
        return layer
    }

    private struct FileValue: Decodable {
        let text: String

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let flag = try? container.decode(Bool.self) {
                text = "\(flag)"
            } else if let number = try? container.decode(Int64.self) {
                text = "\(number)"
            } else if let number = try? container.decode(Double.self) {
                text = "\(number)"
            } else {
                text = try container.decode(String.self)
            }
        }
    }
}
