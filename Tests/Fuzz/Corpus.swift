import FoundationEssentials
import Interchange
import Models

/// The files that mutants are made of.
struct Corpus {
    /// Mutants of larger files take long, and find no more.
    private static let byteCountMax = 256 << 10

    static let ownSuffix = ".martlet"

    private(set) var files: [(name: String, bytes: [UInt8])] = []

    /// - Parameter folders: searched with all folders below them; a file stands for itself.
    init(_ folders: [String]) {
        for folder in folders {
            let names = (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
            let paths =
                names.isEmpty
                ? [folder]
                : names.filter { Self.isRead($0) }.sorted().map { "\(folder)/\($0)" }
            for path in paths {
                guard let data = FileManager.default.contents(atPath: path),
                    data.count <= Self.byteCountMax
                else { continue }
                files.append((path, [UInt8](data)))
                appendOwn(of: [UInt8](data), path: path)
            }
        }
    }

    private static func isRead(_ name: String) -> Bool {
        [".parquet", ".onnx", ".txt", ".ubj", ".json", ownSuffix].contains { name.hasSuffix($0) }
            && !name.hasSuffix(".expected.json")
    }

    /// What another library's model becomes in a file of ours.
    private mutating func appendOwn(of bytes: [UInt8], path: String) {
        guard let model = try? ForeignModel.decode(bytes),
            let own = try? ModelFormat.encode(model)
        else { return }
        files.append((path + Self.ownSuffix, own))
    }
}
