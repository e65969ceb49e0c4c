import AWS
import Jobs

/// Whether Fargate lends enough vCPUs: a task beyond the quota does not start, and says so only to
/// whoever started it.
struct FargateQuotaProbe {
    private static let name = "fargate quota"

    let clients: AWSClients
    let metadata: TaskMetadata?

    func check() async -> DoctorCheck {
        guard clients.region != nil else {
            return DoctorCheck(Self.name, .skipped, "Without a region there is no quota.")
        }
        let onDemand: Double
        let spot: Double
        do throws(ServiceError) {
            let quotas = try clients.serviceQuotas()
            onDemand = try await quotas.processorCountMax(.onDemand)
            spot = try await quotas.processorCountMax(.spot)
        } catch {
            return DoctorCheck(
                Self.name, .skipped, "It cannot be read: \(error.message)", fix: Self.remedy(error))
        }
        let message =
            "\(Int(onDemand)) vCPUs on demand\(tasks(onDemand)), \(Int(spot)) Spot\(tasks(spot))."
        guard min(onDemand, spot) < (taskProcessorCount ?? 0.25) else {
            return DoctorCheck(Self.name, .ok, message)
        }
        return DoctorCheck(
            Self.name, .warning, message,
            fix: "Ask for more in Service Quotas, AWS Fargate: L-3032A538 on demand, "
                + "L-36FBB829 Spot.")
    }

    private var taskProcessorCount: Double? {
        metadata?.limits?.processors.flatMap { $0 > 0 ? $0 : nil }
    }

    private func tasks(_ quota: Double) -> String {
        taskProcessorCount.map { " (\(Int(quota / $0)) tasks of this size at once)" } ?? ""
    }

    private static func remedy(_ error: ServiceError) -> String? {
        switch error.kind {
        case .refused(400), .refused(401), .refused(403):
            "Allow servicequotas:GetServiceQuota and GetAWSDefaultServiceQuota, or look at "
                + "AWS Fargate in the Service Quotas console. No task needs the right."
        case .network:
            "A task in a network without a way to Service Quotas cannot tell; look at AWS Fargate in "
                + "the Service Quotas console."
        case .credentials, .refused, .outOfSpec, .interrupted: nil
        }
    }
}
