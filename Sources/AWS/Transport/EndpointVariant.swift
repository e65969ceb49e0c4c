/// Which of a service's own endpoints is called: the usual one, one that also speaks IPv6, one
/// whose encryption is validated by FIPS 140, or both.
/// Source: the endpoint rules of the AWS SDKs.
package struct EndpointVariant: Hashable, Sendable {
    package var isDualStack: Bool
    package var isFIPS: Bool

    package init(isDualStack: Bool = false, isFIPS: Bool = false) {
        self.isDualStack = isDualStack
        self.isFIPS = isFIPS
    }

    package func s3Host(region: String) -> String {
        let service = isFIPS ? "s3-fips" : "s3"
        let dualStack = isDualStack ? ".dualstack" : ""
        return "\(service)\(dualStack).\(region).\(Self.suffix(region))"
    }

    /// Of a service that is not S3: `states`, `sts`.
    package func host(of service: String, region: String) -> String {
        let suffix =
            isDualStack
            ? (region.hasPrefix("cn-") ? "api.amazonwebservices.com.cn" : "api.aws")
            : Self.suffix(region)
        return "\(service)\(isFIPS ? "-fips" : "").\(region).\(suffix)"
    }

    private static func suffix(_ region: String) -> String {
        region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com"
    }
}
