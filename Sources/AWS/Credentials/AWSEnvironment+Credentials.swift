extension AWSEnvironment {
    /// The sources in the order of the AWS SDKs.
    package func credentialChain(transport: any HTTPTransport, time: TimeSource) -> CredentialChain
    {
        let request = NearRequest(transport: transport, time: time)
        let service = SecurityTokenService(environment: self, request: request)
        let fromEnvironment = EnvironmentCredentials(variables: variables)
        let fromContainer = ContainerCredentials(environment: self, request: request)
        let fromInstance = InstanceCredentials(environment: self, request: request)
        let process = CredentialProcess(variables: variables)
        let fromProfile = ProfileCredentials(
            environment: self, service: service,
            singleSignOn: SingleSignOnCredentials(environment: self, request: request),
            runProcess: { command throws(CredentialError) in try await process.run(command) },
            namedSources: [
                "Environment": fromEnvironment, "EcsContainer": fromContainer,
                "Ec2InstanceMetadata": fromInstance,
            ])
        return CredentialChain([
            fromEnvironment, WebIdentityCredentials(environment: self, service: service),
            fromProfile, fromContainer, fromInstance,
        ])
    }
}
