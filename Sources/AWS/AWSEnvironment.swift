/// What the environment and the files that it names say about AWS.
package struct AWSEnvironment: Sendable {
    package enum Service: String, Sendable {
        case s3 = "S3"
        case stepFunctions = "SFN"
        case sts = "STS"
        case ecs = "ECS"
        case singleSignOn = "SSO"
        case signIn = "SSO_OIDC"
        case serviceQuotas = "SERVICE_QUOTAS"
    }

    package enum EndpointSetting: Hashable, Sendable {
        /// AWS's own.
        case none
        case url(Endpoint)
        /// The variable that holds something else.
        case malformed(String)
    }

    package let variables: [String: String]
    /// The bytes of a file, or nil if it cannot be read.
    package let readFile: @Sendable (String) -> [UInt8]?
    /// Replaces a file that is there, if that can be done.
    package let writeFile: @Sendable (String, [UInt8]) -> Void

    package init(
        variables: [String: String],
        readFile: @escaping @Sendable (String) -> [UInt8]? = SmallFile.bytes,
        writeFile: @escaping @Sendable (String, [UInt8]) -> Void = SmallFile.replace
    ) {
        self.variables = variables
        self.readFile = readFile
        self.writeFile = writeFile
    }

    /// A variable that is set and not empty.
    package subscript(_ name: String) -> String? {
        variables[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    package var region: String? {
        self["AWS_REGION"] ?? self["AWS_DEFAULT_REGION"]
            ?? ProfileFiles(self).settings(of: profileName)?["region"]
    }

    /// `AWS_USE_DUALSTACK_ENDPOINT` and `AWS_USE_FIPS_ENDPOINT`, or the profile's settings.
    package var endpointVariant: EndpointVariant {
        let profile = ProfileFiles(self).settings(of: profileName)
        func isOn(_ name: String) -> Bool {
            (self["AWS_\(name.uppercased())"] ?? profile?[name])?.lowercased() == "true"
        }
        return EndpointVariant(
            isDualStack: isOn("use_dualstack_endpoint"), isFIPS: isOn("use_fips_endpoint"))
    }

    package var profileName: String { self["AWS_PROFILE"] ?? "default" }

    /// `AWS_ENDPOINT_URL_S3` and the like, else `AWS_ENDPOINT_URL`.
    package func endpoint(of service: Service) -> EndpointSetting {
        if self["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"]?.lowercased() == "true" { return .none }
        for name in ["AWS_ENDPOINT_URL_\(service.rawValue)", "AWS_ENDPOINT_URL"] {
            guard let text = self[name] else { continue }
            return Endpoint(parsing: text).map { .url($0) } ?? .malformed(name)
        }
        return .none
    }
}
