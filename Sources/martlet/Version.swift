import CBuild
import Jobs

/// The version that `--version`, model files and Parquet files name.
enum Version {
    static let text = "0.1.0"

    /// As HTTP requests name the program.
    static let userAgent = "martlet/\(text)"

    /// What `--version` prints: the version, the commit that it was built from, and the kernels
    /// that this machine makes it use.
    static var description: String {
        let commit = String(cString: martlet_build_commit())
        return """
            martlet \(text)
            commit  \(commit.isEmpty ? "unknown" : commit)
            kernels \(KernelLevel.inUse)
            """
    }
}
