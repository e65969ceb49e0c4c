/// Memory for the body of a successful answer, so that large bodies are copied once.
///
/// `@unchecked Sendable`: whoever makes it keeps the memory alive and leaves it alone until the
/// request has ended.
package struct ResponseMemory: @unchecked Sendable {
    package let bytes: UnsafeMutableRawBufferPointer

    package init(_ bytes: UnsafeMutableRawBufferPointer) { self.bytes = bytes }
}
