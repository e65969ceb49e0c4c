import SigV4

/// What Service Quotas says about the vCPUs that Fargate lends to an account in a region.
package struct ServiceQuotasClient: Sendable {
    package enum FargateQuota: String, Sendable {
        case onDemand = "L-3032A538"
        case spot = "L-36FBB829"
    }

    /// In a network without a way to this service nobody answers: little time is spent on that.
    private static let totalTime = Duration.seconds(5)

    private let endpoint: Endpoint
    private let service: ServiceClient

    package init(endpoint: Endpoint, service: ServiceClient) {
        self.endpoint = endpoint
        self.service = service
    }

    private struct Input: Encodable {
        let ServiceCode = "fargate"
        let QuotaCode: String
    }

    private struct Output: Decodable {
        struct Quota: Decodable {
            let Value: Double
        }

        let Quota: Quota
    }

    /// vCPUs of all tasks together.
    package func processorCountMax(
        _ quota: FargateQuota
    ) async throws(ServiceError) -> Double {
        do throws(ServiceError) {
            return try await value(quota, by: "GetServiceQuota")
        } catch {
            // A quota that was never changed has only AWS's default.
            guard error.serviceCode == "NoSuchResourceException" else { throw error }
            return try await value(quota, by: "GetAWSDefaultServiceQuota")
        }
    }

    private func value(
        _ quota: FargateQuota, by operation: String
    ) async throws(ServiceError) -> Double {
        let output: Output = try await service.call(
            operation, of: "servicequotas", target: "ServiceQuotasV20190624", at: endpoint,
            Input(QuotaCode: quota.rawValue), limits: HTTPLimits(totalTime: Self.totalTime))
        return output.Quota.Value
    }
}
