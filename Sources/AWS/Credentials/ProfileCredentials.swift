import SigV4

/// A profile of `~/.aws/credentials` and `~/.aws/config`: keys, a process, or a role.
struct ProfileCredentials: CredentialSource {
    /// Profiles that lend to each other in a circle end here.
    private static let sourceDepthMax = 5

    let name = "profile"
    let environment: AWSEnvironment
    let service: SecurityTokenService
    let singleSignOn: SingleSignOnCredentials
    let runProcess: @Sendable (String) async throws(CredentialError) -> [UInt8]
    /// Behind `credential_source`, by its names there.
    let namedSources: [String: any CredentialSource]

    func fetch() async throws(CredentialError) -> CredentialAnswer {
        let files = ProfileFiles(environment)
        let profile = environment.profileName
        guard files.settings(of: profile) != nil else {
            let places = [files.credentialsPath, files.configPath].compactMap { $0 }
                .joined(separator: " nor ")
            let reason = "'\(profile)' is neither in \(places.isEmpty ? "any file" : places)"
            if environment["AWS_PROFILE"] != nil {
                throw CredentialError(.invalid, "The AWS profile \(reason).")
            }
            return .absent(reason)
        }
        return try await credentials(of: profile, in: files, depth: 0)
    }

    private func credentials(
        of profile: String, in files: ProfileFiles, depth: Int
    ) async throws(CredentialError) -> CredentialAnswer {
        guard depth < Self.sourceDepthMax else {
            throw CredentialError(.invalid, "The profile '\(profile)' is its own source_profile.")
        }
        guard let settings = files.settings(of: profile) else {
            throw CredentialError(
                .invalid, "The profile '\(profile)' is named as source_profile, but not there.")
        }
        // A profile that is its own source has its keys beside the role.
        let isOwnSource = depth > 0 && settings["source_profile"] == profile
        if let role = settings["role_arn"], !isOwnSource {
            return .found(
                try await lentCredentials(
                    role: role, settings, profile: profile, in: files, depth: depth))
        }
        if let id = settings["aws_access_key_id"] {
            guard let secret = settings["aws_secret_access_key"] else {
                throw CredentialError(
                    .invalid, "The profile '\(profile)' has no aws_secret_access_key.")
            }
            return .found(
                ExpiringCredentials(
                    SigningCredentials(
                        accessKeyID: id, secretAccessKey: secret,
                        sessionToken: settings["aws_session_token"])))
        }
        if let command = settings["credential_process"] {
            let output = try await runProcess(command)
            return .found(
                try CredentialDocument.credentials(
                    output, from: "The credential_process of the profile '\(profile)'"))
        }
        if let name = settings["sso_session"] {
            guard let session = files.settings(ofSession: name) else {
                throw CredentialError(
                    .invalid,
                    "The profile '\(profile)' names the sso-session '\(name)', which is not there.")
            }
            return .found(
                try await singleSignOn.credentials(
                    of: profile, settings.merging(session) { own, _ in own }))
        }
        if settings["sso_start_url"] != nil {
            return .found(try await singleSignOn.credentials(of: profile, settings))
        }
        return .absent("'\(profile)' holds no credentials")
    }

    private func lentCredentials(
        role: String, _ settings: [String: String], profile: String, in files: ProfileFiles,
        depth: Int
    ) async throws(CredentialError) -> ExpiringCredentials {
        let sessionName = settings["role_session_name"]
        if let path = settings["web_identity_token_file"] {
            return try await WebIdentityCredentials.credentials(
                role: role, sessionName: sessionName, path: path, environment: environment,
                service: service)
        }
        let answer: CredentialAnswer
        if let source = settings["source_profile"] {
            answer = try await credentials(of: source, in: files, depth: depth + 1)
        } else if let name = settings["credential_source"], let source = namedSources[name] {
            answer = try await source.fetch()
        } else {
            throw CredentialError(
                .invalid,
                "The profile '\(profile)' has role_arn, but neither source_profile nor a known "
                    + "credential_source.")
        }
        guard settings["mfa_serial"] == nil else {
            throw CredentialError(
                .invalid, "The profile '\(profile)' asks for an MFA code, which nobody could type.")
        }
        switch answer {
        case .found(let credentials):
            return try await service.assumeRole(
                role, sessionName: sessionName, externalID: settings["external_id"],
                keys: credentials.keys)
        case .absent(let reason):
            throw CredentialError(
                .invalid, "The source of the profile '\(profile)' has no credentials: \(reason).")
        }
    }
}
