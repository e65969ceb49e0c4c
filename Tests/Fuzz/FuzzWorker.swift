import Glibc

/// Reads mutant after mutant until one ends the process.
struct FuzzWorker {
    /// A mutant that takes longer hangs. The alarm's signal ends the process.
    static let secondsMax: UInt32 = 10

    let settings: FuzzSettings
    let corpus: Corpus

    func run(from first: Int) -> Int32 {
        let file = open(settings.progressFile, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        guard file >= 0 else { return 2 }
        if settings.memoryLimit > 0 { limitMemory(settings.memoryLimit << 20) }
        for number in first..<max(first, settings.mutants) {
            var current = Int64(number)
            pwrite(file, &current, 8, 0)
            alarm(Self.secondsMax)
            let mutant = Mutant(corpus, seed: settings.seed, number: number)
            Self.read(mutant.bytes, name: mutant.name)
        }
        alarm(0)
        var done = Int64(settings.mutants)
        pwrite(file, &done, 8, 0)
        return 0
    }

    /// - Parameter name: whose end says whether the file is a Parquet file or a model.
    static func read(_ bytes: [UInt8], name: String) {
        guard name.hasSuffix(".parquet") else {
            return ModelMutantReader.read(bytes, isOwn: name.hasSuffix(Corpus.ownSuffix))
        }
        guard var reader = try? MutantReader(bytes) else { return }
        reader.readAll()
    }

    /// Lets an allocation fail, and so end the process, that goes past what there is now.
    private func limitMemory(_ byteCount: Int) {
        var text = [CChar](repeating: 0, count: 256)
        let file = open("/proc/self/statm", O_RDONLY)
        guard file >= 0, Glibc.read(file, &text, text.count - 1) > 0 else { return }
        close(file)
        let digits = text.prefix { $0 >= 48 && $0 <= 57 }
        let pages = digits.reduce(0) { $0 * 10 + Int($1) - 48 }
        let limit = rlim_t(pages * Int(getpagesize()) + byteCount)
        var limits = rlimit(rlim_cur: limit, rlim_max: limit)
        setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limits)
    }
}
