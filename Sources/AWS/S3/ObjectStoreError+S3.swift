import ObjectStores

extension ObjectStoreError {
    /// What a failed call of S3 means to the person who has to act.
    /// - Parameters:
    ///   - action: as IAM names it, `s3:GetObject`.
    ///   - region: the one the request was signed for.
    init(_ error: ServiceError, action: String, region: String, url: ObjectURL) {
        let (code, message) = Self.meaning(of: error, action: action, region: region, url: url)
        self.init(
            code, message, url: url, serviceCode: error.serviceCode, requestID: error.requestID)
    }

    private static func meaning(
        of error: ServiceError, action: String, region: String, url: ObjectURL
    ) -> (Code, String) {
        let tries = error.attemptCount > 1 ? " (\(error.attemptCount) attempts)" : ""
        switch error.kind {
        case .credentials:
            return (.accessDenied, "\(action) needs credentials. \(error.message)")
        case .interrupted:
            return (.interrupted, "\(action) was cancelled.")
        case .outOfSpec:
            return (.outOfSpec, "\(action) gave a damaged answer\(tries): \(error.message)")
        case .network(.tooLarge):
            return (.outOfSpec, "\(action) gave a damaged answer: \(error.message)")
        case .network:
            return (
                .unavailable,
                "\(action) got no answer\(tries): \(error.message) "
                    + "Check the network, AWS_REGION and AWS_ENDPOINT_URL."
            )
        case .refused(let status):
            return refusal(
                error, status: status, action: action, region: region, url: url, tries: tries)
        }
    }

    private static func refusal(
        _ error: ServiceError, status: Int, action: String, region: String, url: ObjectURL,
        tries: String
    ) -> (Code, String) {
        let bucket =
            if case .s3(let bucket, _) = url.location { bucket } else { "" }
        if let right = error.region, right != region,
            [301, 307, 400].contains(status)
        {
            return (
                .invalidParameter,
                "The bucket '\(bucket)' is in the region \(right), not in \(region). "
                    + "Set AWS_REGION=\(right)."
            )
        }
        switch error.serviceCode {
        case "NoSuchBucket":
            return (.notFound, "There is no bucket '\(bucket)'. Check its name.")
        case "NoSuchKey":
            return (.notFound, "There is no such object.")
        case "InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "AuthFailure":
            return (
                .accessDenied,
                "\(action) was refused, as the credentials are wrong: \(error.message)"
            )
        case "ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired":
            return (
                .accessDenied,
                "\(action) was refused, as the credentials have expired. Get new ones."
            )
        case "RequestTimeTooSkewed", "RequestExpired":
            return (
                .accessDenied,
                "\(action) was refused, as this machine's clock is wrong: \(error.message)"
            )
        case "PreconditionFailed":
            return (.changed, "The object is no longer the one that was listed.")
        case "EntityTooLarge", "InvalidArgument", "InvalidRequest", "InvalidBucketName",
            "KeyTooLongError", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException":
            return (.invalidParameter, "\(action) was refused: \(error.message)")
        default:
            break
        }
        switch status {
        case 401, 403:
            return (
                .accessDenied,
                "\(action) is not allowed with these credentials. "
                    + "Allow it on this resource in the role's policy and in the bucket's."
            )
        case 404: return (.notFound, "There is no such object.")
        case 412: return (.changed, "The object is no longer the one that was listed.")
        case 500...599, 408, 409, 429:
            return (
                .unavailable,
                "\(action) failed with status \(status)\(tries): \(error.message) Try again later."
            )
        case 300...399:
            return (
                .invalidParameter,
                "\(action) was sent elsewhere (status \(status)). Check AWS_REGION and "
                    + "AWS_ENDPOINT_URL."
            )
        default:
            return (
                .invalidParameter, "\(action) was refused with status \(status): \(error.message)"
            )
        }
    }
}
