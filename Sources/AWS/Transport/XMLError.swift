/// Why a document is not XML, or not XML that we take.
package struct XMLError: Error, Hashable, Sendable {
    package let byteOffset: Int
    package let message: String
}
