public import Millrace
import Topologies

/// Visits by one kind of device and operating system.
public struct DeviceStatistics: Sendable, Equatable, JSONEncodableRecord {
    public var window: Window
    public var device: Device
    public var visits: Int
    public var users: Int
    public var sessions: Int

    public func encode(to json: inout JSONWriter) {
        json.field("window_start", window.start)
        json.field("device", device.group)
        json.field("os", device.system)
        json.field("visits", visits)
        json.field("users", users)
        json.field("sessions", sessions)
    }
}

/// A kind of device with its operating system, as the properties `device_group` and `os` of an event say.
public struct Device: StreamKey, Codable {
    public var group: String
    public var system: String

    /// `nil` if the event does not say what it was sent from.
    init?(_ event: ShopEvent) {
        guard let group = event.properties["device_group"]?.text else { return nil }
        self.group = group
        system = event.properties["os"]?.text ?? ""
    }

    public var stableHash: UInt64 { group.stableHash.combining(system.stableHash) }
}

/// Counts visits, users and sessions of each kind of device, exactly, per tumbling window.
public func deviceStatistics(
    _ events: DataStream<ShopEvent>, every size: Duration = .hours(1)
) -> DataStream<DeviceStatistics> {
    events
        .compactMap { event in
            Device(event).map { DeviceVisit(device: $0, user: event.user, session: event.session) }
        }
        .keyed(by: \.device)
        .window(.tumbling(size))
        .aggregate(
            .all(.count(), .distinctCount(\.user), .distinctCount(\.session)), name: "devices"
        )
        .map { counts in
            let (visits, users, sessions) = counts.value
            return DeviceStatistics(
                window: counts.window, device: counts.key, visits: visits, users: users,
                sessions: sessions)
        }
}

/// What is counted of an event.
private struct DeviceVisit: Sendable {
    var device: Device
    var user: ID
    var session: ID?
}
