/// Integer category values to codes: a dense table where the values lie close together, a hash
/// table otherwise.
struct IntegerCodes: Sendable {
    /// 256 KiB of codes at most; unmeasured.
    private static let denseSpanMax: UInt64 = 1 << 16

    private let lowest: Int64
    /// Code of `lowest + index`, -1 where there is none; empty when `sparse` is used.
    private let dense: [Int32]
    private let sparse: [Int64: Int32]

    init(_ codes: [Int64: Int32]) {
        lowest = codes.keys.min() ?? 0
        let highest = codes.keys.max() ?? 0
        // Modulo 2^64, so that no pair of ends overflows.
        let span = UInt64(bitPattern: highest &- lowest)
        guard !codes.isEmpty, span < Self.denseSpanMax else {
            dense = []
            sparse = codes
            return
        }
        var table = [Int32](repeating: -1, count: Int(span) + 1)
        for (value, code) in codes { table[Int(value - lowest)] = code }
        dense = table
        sparse = [:]
    }

    /// The code of `value`, or nil.
    func code(of value: Int64) -> Int32? {
        if dense.isEmpty { return sparse[value] }
        let index = UInt64(bitPattern: value &- lowest)
        guard index < UInt64(dense.count) else { return nil }
        let code = dense[Int(index)]
        return code < 0 ? nil : code
    }
}
