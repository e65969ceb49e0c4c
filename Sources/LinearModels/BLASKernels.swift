import COpenBLAS

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The linear algebra library's choice of kernels.
package enum BLASKernels {
    /// The processor that OpenBLAS has kernels for and took this one for: `Haswell`, `SkylakeX`.
    package static var name: String {
        openblas_get_corename().map { String(cString: $0) } ?? "unknown"
    }

    /// Kernels of AVX2 or newer.
    private static let modern: Set<String> = [
        "Haswell", "Zen", "Excavator", "SkylakeX", "Cooperlake", "Sapphirerapids",
    ]

    /// Ends OpenBLAS's own threads: ours call it, and while they wait for work they take as much of a
    /// processor as it takes to score 25,000 rows.
    package static func endThreads() { martlet_end_blas_threads() }

    /// Mends what OpenBLAS makes of processors that are younger than itself: it takes them for the
    /// oldest, at a quarter of the speed. `OPENBLAS_CORETYPE` in the environment stays in force.
    /// - Parameters:
    ///   - hasAVX2: whether the processor has the instructions of x86-64-v3,
    ///   - hasAVX512: and those of x86-64-v4.
    /// - Precondition: nothing has used OpenBLAS, and there is no other thread.
    package static func mend(hasAVX2: Bool, hasAVX512: Bool) {
        guard hasAVX2, getenv("OPENBLAS_CORETYPE") == nil, !modern.contains(name) else { return }
        setenv("OPENBLAS_CORETYPE", hasAVX512 ? "SkylakeX" : "Haswell", 1)
        _ = martlet_choose_blas_kernels()
    }
}
