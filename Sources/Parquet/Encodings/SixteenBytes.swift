/// A value of 16 bytes for kernels that are generic over the width.
///
/// Not SIMD16<UInt8>: Swift 6.3 compiles its `loadUnaligned` in generic code to an aligned load,
/// which traps.
struct SixteenBytes: BitwiseCopyable {
    let low: UInt64
    let high: UInt64
}
