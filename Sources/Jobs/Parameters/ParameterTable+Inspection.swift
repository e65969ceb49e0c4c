/// Parameters of `inspect`.
extension ParameterTable {
    static let inspection: [Parameter] = [
        Parameter("url", .url, for: [.inspect], default: "required", "What to look at."),
        Parameter(
            "checksum", .flag, for: [.inspect], default: "off",
            "Print the count of nulls and a CRC-32C of the values of each column."),
    ]
}
