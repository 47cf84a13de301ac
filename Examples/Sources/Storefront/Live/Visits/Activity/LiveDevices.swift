import Millrace
import Topologies

/// A kind of device, as a key.
struct ClientKey: StreamKey, StateCodable {
    var client: Client

    init(_ client: Client) { self.client = client }

    var stableHash: UInt64 { client.number.stableHash }

    func encode(to writer: inout StateWriter) throws {
        writer.write(client.device.rawValue)
        writer.write(client.system.rawValue)
    }

    init(from reader: inout StateReader) throws {
        client = Client(
            device: DeviceClass(rawValue: try reader.read(String.self)) ?? .unknown,
            system: OperatingSystem(rawValue: try reader.read(String.self)) ?? .unknown)
    }
}

/// Visits in a minute, and the users of the hour up to its end.
struct DeviceMinute: Sendable, BitwiseCopyable {
    var visits: Int32 = 0
    var users: Int32 = 0
}

private struct DeviceChange: Sendable {
    var client: Client
    var minute: Int64
    var users: MinuteSpan
}

/// Visits and users of the last hour per kind of device, by minute for 26 hours. There are at most 35 kinds.
func liveDevices(_ arrivals: DataStream<Arrival>) {
    arrivals
        .keyed(by: { KeyPair($0.event.user, $0.client.number) })
        .process(
            "device-users", state: RecentMarks.self, output: DeviceChange.self,
            expiry: .eventTime(.hours(2))
        ) { arrival, marks, context in
            var known = marks ?? RecentMarks()
            let minute = arrival.event.time.minute
            let windows = known.mark(minute)?.windows(of: 60)
            marks = known
            context.emit(
                DeviceChange(client: arrival.client, minute: minute, users: MinuteSpan(windows)))
        }
        .keyed(by: { ClientKey($0.client) })
        .process("devices", state: MinuteRing<DeviceMinute>.self, output: Never.self) {
            change, ring, _ in
            if ring == nil { ring = MinuteRing(DeviceMinute(), count: 27 * 60) }
            ring?.update(change.minute) { $0.visits += 1 }
            guard change.users.first <= change.users.last else { return }
            for minute in change.users.first...change.users.last {
                ring?.update(minute) { $0.users += 1 }
            }
        }
        .forEach(name: "devices-kept") { _, _ in }
}
