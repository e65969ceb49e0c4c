import FoundationEssentials
import Glibc

/// Damages Parquet files and models and reads them: nothing may trap, hang, or take memory without bound.
@main
struct MartletFuzz {
    static func main() {
        let settings: FuzzSettings
        do {
            settings = try FuzzSettings(Array(CommandLine.arguments.dropFirst()))
        } catch {
            print("\(error.message)\n\n\(FuzzSettings.usage)")
            exit(64)
        }
        if let path = settings.replay {
            guard let data = FileManager.default.contents(atPath: path) else {
                print("cannot read \(path)")
                exit(64)
            }
            FuzzWorker.read([UInt8](data), name: path)
            print("\(path): read or refused")
            exit(0)
        }
        let corpus = Corpus(settings.folders)
        guard !corpus.files.isEmpty else {
            print("no file of at most 256 KiB in \(settings.folders)")
            exit(64)
        }
        if let first = settings.firstMutant {
            exit(FuzzWorker(settings: settings, corpus: corpus).run(from: first))
        }
        let program = CommandLine.arguments[0]
        exit(FuzzSupervisor(settings: settings, corpus: corpus, program: program).run())
    }
}
