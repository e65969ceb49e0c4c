package import Callbacks
package import Logging
package import ObjectStores
import SigV4

/// The clients of one process, made from its environment. Until one is used, nothing is started:
/// no thread, no connection, no look for credentials.
package struct AWSClients: Sendable {
    let environment: AWSEnvironment
    let transport: any HTTPTransport
    let credentials: CredentialCache
    let time: TimeSource
    /// What requests met.
    package let s3Tally = RequestTally()
    package let callbackTally = RequestTally()
    private let logger: Logger

    /// - Parameters:
    ///   - environment: the process's variables.
    ///   - userAgent: who calls, as the services' access logs show it.
    package init(environment: [String: String], userAgent: String, logger: Logger) {
        self.init(
            environment: AWSEnvironment(variables: environment),
            transport: AsyncHTTPTransport(userAgent: userAgent), time: .system(), logger: logger)
    }

    package init(
        environment: AWSEnvironment, transport: any HTTPTransport, time: TimeSource, logger: Logger
    ) {
        self.environment = environment
        self.transport = transport
        self.time = time
        self.logger = logger
        credentials = CredentialCache(
            source: environment.credentialChain(transport: transport, time: time), time: time)
    }

    /// The store behind `s3://` URLs.
    /// - Throws: `invalidParameter` for an endpoint that is no URL.
    package func s3Store(
        options: S3Options = S3Options()
    ) throws(ObjectStoreError) -> S3Store {
        let endpoint: Endpoint?
        switch environment.endpoint(of: .s3) {
        case .none: endpoint = nil
        case .url(let url): endpoint = url
        case .malformed(let name):
            throw ObjectStoreError(.invalidParameter, Self.endpointComplaint(name))
        }
        let region = environment.region
        return S3Store(
            service: service(
                "s3", pathRule: .asSent, format: .xml, region: region, policy: RetryPolicy(),
                gate: RequestGate(elapsed: time.elapsed), tally: s3Tally),
            addressing: S3Addressing(
                region: region, endpoint: endpoint, variant: environment.endpointVariant),
            options: options)
    }

    /// The callback that answers `token`.
    /// - Throws: `invalidParameter` for an endpoint that is no URL, or if there is no region.
    package func callback(
        token: TaskToken
    ) throws(TaskCallbackError) -> StepFunctionsCallback {
        let region = environment.region
        let endpoint: Endpoint
        do {
            endpoint = try self.endpoint(of: .stepFunctions, host: "states")
        } catch {
            throw TaskCallbackError(.invalidParameter, error.message)
        }
        var policy = RetryPolicy()
        policy.delayMax = .seconds(8)
        policy.timeBudget = .seconds(45)
        return StepFunctionsCallback(
            token: token, endpoint: endpoint,
            service: service(
                "states", pathRule: .normalizedAndEncodedAgain, format: .json, region: region,
                policy: policy, tally: callbackTally))
    }

    /// The client of Amazon ECS.
    /// - Throws: an endpoint that is no URL, or no region.
    package func ecs() throws(ServiceError) -> ECSClient {
        ECSClient(
            endpoint: try endpoint(of: .ecs, host: "ecs"),
            service: service(
                "ecs", pathRule: .normalizedAndEncodedAgain, format: .json,
                region: environment.region, policy: RetryPolicy()))
    }

    /// The client of Service Quotas, which a person waits for.
    /// - Throws: an endpoint that is no URL, or no region.
    package func serviceQuotas() throws(ServiceError) -> ServiceQuotasClient {
        ServiceQuotasClient(
            endpoint: try endpoint(of: .serviceQuotas, host: "servicequotas"),
            service: service(
                "servicequotas", pathRule: .normalizedAndEncodedAgain, format: .json,
                region: environment.region, policy: RetryPolicy(attemptCountMax: 2)))
    }

    /// What the ECS agent says about the task; nil outside of ECS.
    package func taskMetadata() async -> TaskMetadata? {
        await TaskMetadata.fetch(environment, transport: transport, time: time)
    }

    /// Closes the connections; nothing can be sent afterwards.
    package func shutdown() async { await transport.shutdown() }

    private func service(
        _ name: String, pathRule: PathRule, format: ErrorFormat, region: String?,
        policy: RetryPolicy, gate: RequestGate? = nil, tally: RequestTally = RequestTally()
    ) -> ServiceClient {
        ServiceClient(
            // Local servers take any region; without a local server there is an error earlier.
            signer: RequestSigner(
                region: region ?? "us-east-1", service: name, pathRule: pathRule),
            errorFormat: format, transport: transport, credentials: credentials, policy: policy,
            time: time, logger: logger, gate: gate, tally: tally)
    }

    /// - Parameter host: the service's name in its own address.
    private func endpoint(
        of service: AWSEnvironment.Service, host: String
    ) throws(ServiceError) -> Endpoint {
        switch environment.endpoint(of: service) {
        case .url(let url): return url
        case .malformed(let name): throw ServiceError(.outOfSpec, Self.endpointComplaint(name))
        case .none:
            guard let region = environment.region else {
                throw ServiceError(
                    .outOfSpec,
                    "\(host) is to be called, but no AWS region is known. Set AWS_REGION.")
            }
            return Endpoint(
                scheme: .https, host: environment.endpointVariant.host(of: host, region: region))
        }
    }

    private static func endpointComplaint(_ name: String) -> String {
        "\(name) is not a URL like https://host:port."
    }
}
