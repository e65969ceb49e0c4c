import Parquet

/// Hands a kernel a copy of exactly these bytes with its slack, filled with what must not matter.
func withPadded<Result>(_ bytes: [UInt8], _ body: (PaddedBytes) throws -> Result) rethrows
    -> Result
{
    let padded = bytes + [UInt8](repeating: 0xA5, count: 64)
    return try padded.withUnsafeBytes { raw in
        guard let start = raw.baseAddress else { fatalError("never empty") }
        return try body(PaddedBytes(start: start, byteCount: bytes.count))
    }
}

/// What a kernel writes into memory for `count` values and the slack it may spoil; nil where it
/// refused.
func written<Value: BitwiseCopyable>(
    _ type: Value.Type, count: Int, slack: Int = 8,
    _ kernel: (UnsafeMutablePointer<Value>) -> Bool
) -> [Value]? {
    let memory = UnsafeMutablePointer<Value>.allocate(capacity: count + slack)
    defer { memory.deallocate() }
    return kernel(memory) ? Array(UnsafeBufferPointer(start: memory, count: count)) : nil
}

/// Packs values of `bitWidth` bits, lowest bit first, the naive way.
func packNaive(_ values: [UInt64], bitWidth: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: (values.count * bitWidth + 7) / 8)
    for (index, value) in values.enumerated() {
        for bit in 0..<bitWidth where value >> UInt64(bit) & 1 == 1 {
            let position = index * bitWidth + bit
            bytes[position / 8] |= 1 << UInt8(position % 8)
        }
    }
    return bytes
}

/// Unsigned LEB128.
func varint(_ value: UInt64) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = value
    while rest >= 0x80 {
        bytes.append(UInt8(rest & 0x7F) | 0x80)
        rest >>= 7
    }
    return bytes + [UInt8(rest)]
}

func zigZag(_ value: Int64) -> [UInt8] {
    varint(UInt64(bitPattern: (value << 1) ^ (value >> 63)))
}

/// Lengths around the steps of the kernels.
let kernelCounts = [0, 1, 7, 8, 9, 55, 56, 57, 63, 64, 65, 127, 128, 129, 1000]

/// Levels of instructions to limit kernels to; the last is no limit. Tests that run meanwhile are not
/// disturbed: results do not depend on it.
let kernelLevels: [Int32] = [0, 1, 2]
