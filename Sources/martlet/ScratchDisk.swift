#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The volume that temporary files lie on: `TMPDIR`, or `/tmp`.
struct ScratchDisk {
    let path: String

    init(environment: [String: String]) {
        let folder = environment["TMPDIR"] ?? ""
        path = folder.isEmpty ? "/tmp" : folder
    }

    struct Space {
        /// What a process without rights of the administrator can still write.
        let freeByteCount: Int
        let usedPercent: Double
    }

    /// nil if there is no such folder.
    var space: Space? {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { return nil }
        let free = Double(status.f_bavail)
        let used = Double(status.f_blocks) - Double(status.f_bfree)
        return Space(
            freeByteCount: Int(clamping: status.f_bavail) &* Int(clamping: status.f_frsize),
            usedPercent: used + free > 0 ? 100 * used / (used + free) : 100)
    }

    var isWritable: Bool { access(path, W_OK | X_OK) == 0 }
}
