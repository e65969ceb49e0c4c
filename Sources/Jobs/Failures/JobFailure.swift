/// The end of a job that did not succeed: what failed, where, why, and what to do.
///
/// Every error of every layer is turned into one of these, once, at the edge of the job.
package struct JobFailure: Error, Hashable, Sendable {
    /// Where the failure lies; parts that do not apply are nil.
    package struct Place: Hashable, Sendable, Codable {
        package var object: String?
        package var rowGroup: Int?
        package var column: String?
        package var page: Int?
        /// Offset from the start of the object.
        package var byte: Int?

        package init(
            object: String? = nil, rowGroup: Int? = nil, column: String? = nil, page: Int? = nil,
            byte: Int? = nil
        ) {
            self.object = object
            self.rowGroup = rowGroup
            self.column = column
            self.page = page
            self.byte = byte
        }
    }

    package let name: JobErrorName
    package let message: String
    package let place: Place
    /// What the user can do about it; nil where the message says it.
    package let remedy: String?
    /// The request that AWS's support would ask for.
    package let requestID: String?

    package init(
        _ name: JobErrorName, _ message: String, place: Place = Place(), remedy: String? = nil,
        requestID: String? = nil
    ) {
        self.name = name
        self.message = message
        self.place = place
        self.remedy = remedy
        self.requestID = requestID
    }
}

extension JobFailure.Place {
    /// `s3://in/part-0042.parquet, row group 7, column 'amount', page 3, byte 18203`, or nil.
    package var text: String? {
        var parts: [String] = []
        if let object { parts.append(object) }
        if let rowGroup { parts.append("row group \(rowGroup)") }
        if let column { parts.append("column '\(column)'") }
        if let page { parts.append("page \(page)") }
        if let byte { parts.append("byte \(byte)") }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }
}

extension JobFailure {
    /// The block that standard error shows.
    package func block(command: String?) -> String {
        let doing = command.map { "martlet \($0)" } ?? "martlet"
        var lines = ["\(doing) failed: \(name.rawValue) (exit code \(name.exitCode))"]
        lines.append("  what:  \(message)")
        if let place = place.text { lines.append("  where: \(place)") }
        if let remedy { lines.append("  fix:   \(remedy)") }
        if let requestID { lines.append("  aws:   request id \(requestID)") }
        return lines.joined(separator: "\n")
    }

    /// The JSON that `--json` prints and that `SendTaskFailure` gets as its cause.
    package var report: FailureReport {
        FailureReport(
            error: name.rawValue, exitCode: name.exitCode, message: message, place: place,
            hint: remedy, awsRequestId: requestID, retryable: name.isRetryable)
    }
}

/// A failure as JSON.
package struct FailureReport: Codable, Hashable, Sendable {
    package var error: String
    package var exitCode: Int32
    package var message: String
    package var place: JobFailure.Place
    package var hint: String?
    package var awsRequestId: String?
    package var retryable: Bool
}
