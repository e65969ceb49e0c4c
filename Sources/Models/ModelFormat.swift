import Crypto
import FoundationEssentials

/// The codec of model files: one object, checksummed, the same bytes for the same model.
///
/// | offset | bytes | content |
/// |---|---|---|
/// | 0 | 12 | `MARTLETMODEL` in ASCII |
/// | 12 | 4 | version of the format, little endian: 1, 2 or 3 |
/// | 16 | 8 | H, length of the header, little endian, a multiple of 8 |
/// | 24 | H | the header: UTF-8 JSON, sorted keys, spaces at its end |
/// | 24 + H | | the arrays that the header's `sections` list, in that order |
/// | end - 32 | 32 | SHA-256 of all bytes before |
///
/// `head -c 2000 model` shows the header. `Models.docc/ModelFile.md` says what every key
/// and every array means. Doubles that JSON cannot write are the strings `nan`, `inf`, `-inf`.
package enum ModelFormat {
    /// The newest version. A model is written in the oldest that can say what it is.
    package static let version: UInt32 = 3

    package static let magic = Array("MARTLETMODEL".utf8)
    static let headerOffset = 24
    static let digestByteCount = 32

    /// The file of a model.
    /// - Throws: `invalidParameter` when the artifact breaks its own rules (see
    ///   `ModelArtifact.validate`), so that nothing unreadable is ever written.
    package static func encode(_ artifact: ModelArtifact) throws(ModelError) -> [UInt8] {
        do {
            try artifact.validate()
        } catch {
            throw ModelError(.invalidParameter, "Cannot write the model: \(error.message).")
        }
        var sections = SectionWriter()
        artifact.kind.append(to: &sections)
        artifact.calibration?.append(to: &sections)
        artifact.features.appendStatistics(to: &sections)
        var header = try encodeHeader(ModelHeader(artifact, sections: sections.entries))
        while header.count % 8 != 0 { header.append(UInt8(ascii: " ")) }
        var bytes = magic
        withUnsafeBytes(of: version(of: artifact).littleEndian) { bytes.append(contentsOf: $0) }
        withUnsafeBytes(of: UInt64(header.count).littleEndian) { bytes.append(contentsOf: $0) }
        bytes += header
        bytes += sections.bytes
        return sealed(bytes)
    }

    /// Version 2 added the keys `accepts_any_number` and `zero_is_missing` of a feature, version 3
    /// the statistics of categories, the key `quantile_levels` and the transform `ascending`.
    private static func version(of artifact: ModelArtifact) -> UInt32 {
        if !artifact.features.statistics.isEmpty || !artifact.quantileLevels.isEmpty { return 3 }
        return artifact.features.features.contains { $0.acceptsAnyNumber || $0.zeroIsMissing }
            ? 2 : 1
    }

    /// `content` with its checksum behind it, which ends every model file.
    package static func sealed(_ content: [UInt8]) -> [UInt8] {
        content + Array(SHA256.hash(data: content))
    }

    /// Reads a model file; every count, index and value is checked before it is used.
    /// - Parameter source: the object's name, for messages.
    /// - Throws: `outOfSpec` for bytes that break the format, `unsupported` for another version.
    /// - Complexity: O(`bytes.count`) time and memory.
    package static func decode(
        _ bytes: [UInt8], source: String = "the model"
    ) throws(ModelError) -> ModelArtifact {
        do {
            return try read(bytes)
        } catch {
            let advice =
                error.code == .unsupported
                ? "Use the program that wrote it, or train again."
                : "The file is damaged or no model of ours; copy it again, or train again."
            throw ModelError(
                error.code, "Cannot read \(source): \(error.message). \(advice)",
                context: ["source": source])
        }
    }

    private static func read(_ bytes: [UInt8]) throws(ModelError) -> ModelArtifact {
        guard bytes.count >= headerOffset + digestByteCount, bytes.starts(with: magic) else {
            throw ModelError(
                .outOfSpec, "its \(bytes.count) bytes do not begin as a model file does")
        }
        let (found, headerCount) = bytes.withUnsafeBytes {
            (
                UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: 12, as: UInt32.self)),
                UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: 16, as: UInt64.self))
            )
        }
        guard (1...version).contains(found) else {
            throw ModelError(
                .unsupported, "its format version is \(found), this program reads 1 to \(version)")
        }
        let end = bytes.count - digestByteCount
        guard SHA256.hash(data: bytes[..<end]).elementsEqual(bytes[end...]) else {
            throw ModelError(.outOfSpec, "its SHA-256 does not match its content")
        }
        guard headerCount % 8 == 0, headerCount <= UInt64(end - headerOffset) else {
            throw ModelError(
                .outOfSpec, "its header of \(headerCount) bytes does not fit into the file")
        }
        let headerEnd = headerOffset + Int(headerCount)
        let header = try decodeHeader(bytes[headerOffset..<headerEnd])
        var sections = SectionReader(bytes: bytes[headerEnd..<end], entries: header.sections)
        let kind = try ModelArtifact.Kind.read(
            header.kind, from: &sections, outputCount: header.outputCount)
        var artifact = try header.artifact(kind: kind)
        artifact.calibration = try header.calibration?.calibration(from: &sections)
        try artifact.features.readStatistics(header.statistics ?? [], from: &sections)
        try sections.finish()
        try artifact.validate()
        return artifact
    }

    private static func encodeHeader(_ header: ModelHeader) throws(ModelError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        do {
            return Array(try encoder.encode(header))
        } catch {
            throw ModelError(.invalidParameter, "Cannot write the model's header: \(error).")
        }
    }

    private static func decodeHeader(_ bytes: ArraySlice<UInt8>) throws(ModelError) -> ModelHeader {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        do {
            return try decoder.decode(ModelHeader.self, from: Data(bytes))
        } catch {
            throw ModelError(.outOfSpec, "its header is not the JSON it should be (\(error))")
        }
    }
}
