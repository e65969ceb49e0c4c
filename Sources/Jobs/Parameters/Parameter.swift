/// One option of the program, as the command line, the environment and the job file know it.
package struct Parameter: Sendable {
    package enum Kind: Sendable {
        case integer(ClosedRange<Int>)
        /// Finite, in the range; the lower end is excluded where `isOpenBelow`.
        case number(ClosedRange<Double>, isOpenBelow: Bool = false)
        case flag
        case text
        case list
        /// Lists of names: `[a,b],[c]`; in a job file lists of lists.
        case groups
        /// One of some texts; `aliases` are other programs' names of them.
        case choice([String], aliases: [String: String] = [:])
        case url
        case urls
        /// A JSON object, or the URL of one; in a job file an object.
        case object
        /// `1500000`, `512MB`, `4GB`, `4GiB`.
        case byteCount
    }

    /// LightGBM's name where it has one, in snake case.
    package let name: String
    package let kind: Kind
    /// Names of LightGBM, XGBoost and scikit-learn for the same thing; they end at the decoder.
    package let aliases: [String]
    /// The commands it belongs to.
    package let commands: Set<JobCommand>
    /// What happens without it, in words or as a value.
    package let defaultText: String
    package let summary: String

    init(
        _ name: String, _ kind: Kind, aliases: [String] = [], for commands: Set<JobCommand>,
        default defaultText: String = "none", _ summary: String
    ) {
        self.name = name
        self.kind = kind
        self.aliases = aliases
        self.commands = commands
        self.defaultText = defaultText
        self.summary = summary
    }

    /// `--learning-rate`
    package var option: String { "--" + name.map { $0 == "_" ? "-" : String($0) }.joined() }
}
