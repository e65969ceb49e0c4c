import Columns

/// Translates the codes of batches' dictionaries to those of a chunk's dictionary.
struct CodeMapping {
    private let scratch: ChunkScratch
    private var current: ByteArrays?
    /// By the batch's code: the chunk's code, or -1 while it is not known.
    private var newCodes = UnsafeMutableBufferPointer<Int32>(start: nil, count: 0)
    /// By the batch's code: bytes of the value in PLAIN encoding.
    private var byteCounts = UnsafeMutableBufferPointer<Int>(start: nil, count: 0)
    /// Bytes of all mapped values in PLAIN encoding.
    private(set) var plainByteCount = 0

    /// `scratch.slots` and `scratch.used` are in use as long as this is.
    init(_ scratch: ChunkScratch) { self.scratch = scratch }

    /// Starts with the codes of `dictionary`; goes on, if it is the one before.
    mutating func begin(_ dictionary: ByteArrays) {
        if current?.offsets === dictionary.offsets && current?.bytes === dictionary.bytes {
            return
        }
        current = dictionary
        newCodes = scratch.slots.elements(of: Int32.self, count: dictionary.count)
        newCodes.initialize(repeating: -1)
        byteCounts = scratch.used.elements(of: Int.self, count: dictionary.count)
        byteCounts.initialize(repeating: 0)
    }

    /// Translates codes in place up to one that is not known or out of range.
    /// - Returns: its position, or `end`.
    mutating func map(
        _ codes: UnsafeMutableBufferPointer<UInt32>, from start: Int, to end: Int
    ) -> Int {
        let (newCodes, byteCounts) = (newCodes, byteCounts)
        var sum = 0
        defer { plainByteCount += sum }
        for position in start..<end {
            let code = Int(codes[position])
            guard code < newCodes.count, newCodes[code] >= 0 else { return position }
            codes[position] = UInt32(bitPattern: newCodes[code])
            sum &+= byteCounts[code]
        }
        return end
    }

    mutating func add(_ code: Int, as newCode: UInt32, _ byteCount: Int) {
        newCodes[code] = Int32(bitPattern: newCode)
        byteCounts[code] = 4 + byteCount
    }
}
