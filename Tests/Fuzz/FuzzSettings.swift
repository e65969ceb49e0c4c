/// The command line of `martlet-fuzz`.
struct FuzzSettings {
    static let usage = """
        usage: martlet-fuzz [--mutants N] [--seconds S] [--seed S] [--memory-limit MIB]
                            [--output FOLDER] FILE-OR-FOLDER…
               martlet-fuzz --replay FILE

        Damages Parquet files (.parquet), models of other libraries (.txt, .json, .ubj, .onnx)
        and our own (.martlet), and reads them. A mutant that ends the process, takes longer than
        10 seconds or more memory than the limit is saved in the output folder (default: fuzz); then
        the exit code is 1. --memory-limit 0 sets no limit, as the address sanitizer needs.
        """

    struct Wrong: Error {
        let message: String
    }

    var mutants = 10_000
    /// nil: until all mutants have been read.
    var seconds: Int?
    var seed: UInt64 = 1
    var memoryLimit = 512
    var output = "fuzz"
    var replay: String?
    /// Set for the process that does the work: the number of the first mutant, and the file that
    /// it keeps the number of the current one in.
    var firstMutant: Int?
    var progressFile = ""
    var folders: [String] = []

    init(_ arguments: [String]) throws(Wrong) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            guard argument.hasPrefix("--") else {
                folders.append(argument)
                continue
            }
            guard let value = rest.popFirst() else { throw Wrong(message: "\(argument) what?") }
            switch argument {
            case "--output": output = value
            case "--replay": replay = value
            case "--progress-file": progressFile = value
            default:
                guard let number = Int(value), number >= 0 else {
                    throw Wrong(message: "\(argument) takes a number, not '\(value)'")
                }
                switch argument {
                case "--mutants": mutants = number
                case "--seconds": seconds = number
                case "--seed": seed = UInt64(number)
                case "--memory-limit": memoryLimit = number
                case "--first-mutant": firstMutant = number
                default: throw Wrong(message: "there is no \(argument)")
                }
            }
        }
        guard !folders.isEmpty || replay != nil else { throw Wrong(message: "no files to damage") }
    }
}
