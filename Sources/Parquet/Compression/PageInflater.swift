import CKernels

/// Decompresses several gzip pages side by side in one thread, faster than one after the other.
///
/// Not Sendable: the streams' tables belong to one thread.
package final class PageInflater {
    /// One page, and where its bytes go: `byteCount` of them.
    package struct Piece {
        package let page: PaddedBytes
        package let target: UnsafeMutableRawPointer
        package let byteCount: Int

        package init(page: PaddedBytes, target: UnsafeMutableRawPointer, byteCount: Int) {
            self.page = page
            self.target = target
            self.byteCount = byteCount
        }
    }

    /// Three hide most of the latency; four need more registers than there are.
    package static let pieceCountMax = 3

    private static let isDone: Int32 = 2

    private let streams = UnsafeMutablePointer<martlet_inflate_stream>.allocate(
        capacity: pieceCountMax)

    package init() {}

    deinit { streams.deallocate() }

    /// Writes the bytes of each piece, and none beyond them.
    /// - Parameter pieces: at most `pieceCountMax`; their targets do not overlap.
    /// - Returns: for each piece whether it was one gzip member that became exactly its bytes. Any
    ///   other may be damaged, or a page of several members.
    package func inflate(_ pieces: [Piece]) -> [Bool] {
        precondition(pieces.count <= Self.pieceCountMax)
        let members = pieces.map { GzipMember($0.page) }
        var streamCount = 0
        for (piece, member) in zip(pieces, members) {
            guard let member else { continue }
            let source = member.stream.start.assumingMemoryBound(to: UInt8.self)
            let target = piece.target.assumingMemoryBound(to: UInt8.self)
            // The tables are written before they are read.
            streams[streamCount].source = source
            streams[streamCount].source_end = source + member.stream.byteCount
            streams[streamCount].target = target
            streams[streamCount].target_start = target
            streams[streamCount].target_end = target + piece.byteCount
            streams[streamCount].bits = 0
            streams[streamCount].bit_count = 0
            streams[streamCount].is_last = 0
            streams[streamCount].state = 0
            streamCount += 1
        }
        martlet_inflate(streams, Int32(streamCount))
        var streamIndex = 0
        return zip(pieces, members).map { piece, member in
            guard let member else { return false }
            let stream = streams + streamIndex
            streamIndex += 1
            return stream.pointee.state == Self.isDone
                && stream.pointee.source == stream.pointee.source_end
                && stream.pointee.target == stream.pointee.target_end
                && member.isTrailer(
                    of: UnsafeRawBufferPointer(start: piece.target, count: piece.byteCount))
        }
    }
}
