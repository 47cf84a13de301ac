import HTTPTypes
import Hummingbird
import Millrace
import NIOCore

extension Response {
    /// A record as JSON, which nobody keeps: the next answer may differ.
    static func json(
        _ record: some JSONEncodableRecord, status: HTTPResponse.Status = .ok,
        type: String = "application/json", headers: HTTPFields = [:]
    ) -> Response {
        var json = JSONWriter()
        json.object(record)
        var headers = headers
        headers[.contentType] = type
        headers[.cacheControl] = "no-store"
        return Response(
            status: status, headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: json.bytes)))
    }
}
