package import SigV4

/// One answer, read to its end.
package struct HTTPResponse: Sendable {
    package var status: Int
    package var headers: [HeaderField]
    /// Empty if the body went to a `ResponseMemory`.
    package var body: [UInt8]
    /// Of the body, wherever it went.
    package var bodyByteCount: Int

    package init(
        status: Int, headers: [HeaderField] = [], body: [UInt8] = [], bodyByteCount: Int? = nil
    ) {
        self.status = status
        self.headers = headers
        self.body = body
        self.bodyByteCount = bodyByteCount ?? body.count
    }

    package var isSuccess: Bool { (200...299).contains(status) }

    /// The first header of that name, whatever its capitals.
    package func header(_ name: String) -> String? {
        let name = name.lowercased()
        return headers.first { $0.name.lowercased() == name }?.value
    }
}
