import FoundationEssentials

/// The files that mutants are made of.
struct Corpus {
    /// Mutants of larger files take long, and find no more.
    private static let byteCountMax = 256 << 10

    private(set) var files: [(name: String, bytes: [UInt8])] = []

    /// - Parameter folders: searched with all folders below them; a file stands for itself.
    init(_ folders: [String]) {
        for folder in folders {
            let names = (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
            let paths =
                names.isEmpty
                ? [folder]
                : names.filter { $0.hasSuffix(".parquet") }.sorted().map { "\(folder)/\($0)" }
            for path in paths {
                guard let data = FileManager.default.contents(atPath: path),
                    data.count <= Self.byteCountMax
                else { continue }
                files.append((path, [UInt8](data)))
            }
        }
    }
}
