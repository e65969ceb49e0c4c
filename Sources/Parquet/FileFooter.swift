/// Finds and parses the footer, which stands at the end of an object:
/// `… metadata | its length, 4 bytes little-endian | "PAR1"`.
package enum FileFooter {
    /// Length and magic, the last bytes of an object.
    package static let trailerByteCount = 8
    /// "PAR1", metadata of at least a few bytes, trailer: nothing shorter is a Parquet file.
    private static let objectByteCountMin = 12

    /// What to do after looking at an object's last bytes.
    package enum Step: Sendable {
        /// Come back with at least this many of the object's last bytes.
        case needs(byteCount: Int)
        case metadata(FileMetadata)
    }

    /// - Parameters:
    ///   - tail: the object's last bytes, as many as the caller thinks it takes.
    ///   - objectByteCount: the size of the whole object.
    ///   - owner: keeps `tail` as it is while it lives. The metadata holds on to it where the footer
    ///     is most of the tail, and otherwise to a copy of the footer.
    /// - Throws: `outOfSpec` if this is not a Parquet file or its footer is broken, `unsupported`
    ///   if the footer is encrypted.
    package static func parse(
        tail: UnsafeRawBufferPointer, objectByteCount: Int, owner: AnyObject? = nil
    ) throws(ParquetError) -> Step {
        guard objectByteCount >= objectByteCountMin else {
            throw ParquetError(
                .outOfSpec, "\(objectByteCount) bytes are too few for a Parquet file.")
        }
        guard tail.count >= trailerByteCount else { return .needs(byteCount: trailerByteCount) }
        guard tail.count <= objectByteCount else {
            throw ParquetError(.invalidParameter, "more bytes than the object has.")
        }
        let magic = tail[(tail.count - 4)...]
        if magic.elementsEqual("PARE".utf8) {
            throw ParquetError(
                .unsupported,
                "the footer is encrypted (magic PARE); decrypt the file before training on it.")
        }
        guard magic.elementsEqual("PAR1".utf8) else {
            throw ParquetError(
                .outOfSpec,
                "not a Parquet file, or a truncated one: it does not end in PAR1.",
                context: .init(byteOffset: objectByteCount - 4))
        }
        let claimed = tail.loadUnaligned(
            fromByteOffset: tail.count - trailerByteCount, as: UInt32.self)
        let metadataByteCount = Int(UInt32(littleEndian: claimed))
        guard metadataByteCount > 0, metadataByteCount <= objectByteCount - objectByteCountMin
        else {
            throw ParquetError(
                .outOfSpec,
                "a footer of \(metadataByteCount) bytes in a file of \(objectByteCount).",
                context: .init(byteOffset: objectByteCount - trailerByteCount))
        }
        let footerByteCount = metadataByteCount + trailerByteCount
        guard tail.count >= footerByteCount else { return .needs(byteCount: footerByteCount) }
        let start = tail.count - footerByteCount
        let isMostOfTail = metadataByteCount > tail.count / 2
        let footer = FooterBytes(
            UnsafeRawBufferPointer(rebasing: tail[start..<(start + metadataByteCount)]),
            objectOffset: objectByteCount - footerByteCount, owner: isMostOfTail ? owner : nil)
        return .metadata(try FileMetadata(parsing: footer))
    }
}
