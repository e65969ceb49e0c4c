/// The version that `--version`, model files and Parquet files name.
enum Version {
    static let text = "0.1.0"

    /// As HTTP requests name the program.
    static let userAgent = "martlet/\(text)"
}
