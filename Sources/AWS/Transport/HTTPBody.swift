package import NIOCore

/// The bytes of a request; copies share them.
package struct HTTPBody: Sendable {
    package let buffer: ByteBuffer

    package static let empty = HTTPBody(ByteBuffer())

    package init(_ buffer: ByteBuffer) { self.buffer = buffer }

    package init(_ text: String) { buffer = ByteBuffer(string: text) }

    package var count: Int { buffer.readableBytes }

    package var bytes: [UInt8] { Array(buffer.readableBytesView) }

    package func withUnsafeBytes<Value>(_ read: (UnsafeRawBufferPointer) -> Value) -> Value {
        buffer.withUnsafeReadableBytes(read)
    }
}
