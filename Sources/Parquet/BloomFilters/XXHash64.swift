/// The 64-bit hash of bloom filters. Source: xxhash_spec.md of xxHash, "XXH64".
enum XXHash64 {
    private static let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
    private static let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
    private static let prime3: UInt64 = 0x1656_67B1_9E37_79F9
    private static let prime4: UInt64 = 0x85EB_CA77_C2B2_AE63
    private static let prime5: UInt64 = 0x27D4_EB2F_1656_67C5

    /// The hash of `bytes` with seed 0.
    /// - Complexity: O(`bytes.count`).
    static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var position = 0
        var hash: UInt64 = prime5
        if bytes.count >= 32 {
            hash = stripes(bytes, &position)
        }
        hash &+= UInt64(bytes.count)
        while bytes.count &- position >= 8 {
            hash ^= round(0, word(bytes, position))
            hash = rotated(hash, 27) &* prime1 &+ prime4
            position &+= 8
        }
        if bytes.count &- position >= 4 {
            let half = bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self)
            hash ^= UInt64(UInt32(littleEndian: half)) &* prime1
            hash = rotated(hash, 23) &* prime2 &+ prime3
            position &+= 4
        }
        while position < bytes.count {
            hash ^= UInt64(bytes[position]) &* prime5
            hash = rotated(hash, 11) &* prime1
            position &+= 1
        }
        hash ^= hash &>> 33
        hash = hash &* prime2
        hash ^= hash &>> 29
        hash = hash &* prime3
        return hash ^ (hash &>> 32)
    }

    /// Four lanes of 8 bytes a step.
    private static func stripes(
        _ bytes: UnsafeRawBufferPointer, _ position: inout Int
    ) -> UInt64 {
        var lanes = (prime1 &+ prime2, prime2, UInt64(0), 0 &- prime1)
        while bytes.count &- position >= 32 {
            lanes.0 = round(lanes.0, word(bytes, position))
            lanes.1 = round(lanes.1, word(bytes, position &+ 8))
            lanes.2 = round(lanes.2, word(bytes, position &+ 16))
            lanes.3 = round(lanes.3, word(bytes, position &+ 24))
            position &+= 32
        }
        var hash =
            rotated(lanes.0, 1) &+ rotated(lanes.1, 7) &+ rotated(lanes.2, 12)
            &+ rotated(lanes.3, 18)
        for lane in [lanes.0, lanes.1, lanes.2, lanes.3] {
            hash = (hash ^ round(0, lane)) &* prime1 &+ prime4
        }
        return hash
    }

    @inline(__always)
    private static func round(_ lane: UInt64, _ word: UInt64) -> UInt64 {
        rotated(lane &+ word &* prime2, 31) &* prime1
    }

    @inline(__always)
    private static func rotated(_ value: UInt64, _ count: UInt64) -> UInt64 {
        value &<< count | value &>> (64 &- count)
    }

    @inline(__always)
    private static func word(_ bytes: UnsafeRawBufferPointer, _ position: Int) -> UInt64 {
        UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
    }
}
