extension AWSEnvironment {
    /// The sources in the order of the AWS SDKs.
    func credentialChain(transport: any HTTPTransport, time: TimeSource) -> CredentialChain {
        CredentialChain([
            EnvironmentCredentials(variables: variables)
        ])
    }
}
