import CKernels
import LinearModels

/// The instructions that the program's own kernels use. Their results are the same on each level,
/// so that a model or a prediction does not depend on the machine.
package enum KernelLevel: String, CaseIterable, Sendable {
    case baseline
    /// x86-64-v3
    case avx2
    /// x86-64-v4
    case avx512
    /// That, and permutations of bytes: Ice Lake, Zen 4 and later.
    case avx512vbmi

    /// What this process uses: the processor's best, or less after `limit(to:)`.
    package static var current: KernelLevel { allCases[Int(martlet_kernel_level())] }

    /// What people read: our level, and what OpenBLAS took the processor for.
    package static var inUse: String { "\(current.rawValue), OpenBLAS \(BLASKernels.name)" }

    /// Has OpenBLAS choose well, and leaves threads to us.
    /// - Precondition: the program has just started: there is no other thread.
    package static func prepare() {
        let level = martlet_kernel_level()
        BLASKernels.mend(hasAVX2: level >= 1, hasAVX512: level >= 2)
        BLASKernels.endThreads()
    }

    /// Uses this level, or the processor's best where that is lower.
    static func limit(to level: KernelLevel) {
        martlet_limit_kernel_level(Int32(allCases.firstIndex(of: level) ?? 0))
    }
}
