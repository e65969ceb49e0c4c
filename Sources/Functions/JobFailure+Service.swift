import AWS
import Jobs

extension JobFailure {
    /// The failure that an error of a call or a job means for a function.
    init(service error: any Error) {
        guard let error = error as? ServiceError else {
            self.init(converting: error)
            return
        }
        let name: JobErrorName =
            switch error.kind {
            case .credentials: .accessDenied
            case .network, .outOfSpec: .transient
            case .interrupted: .interrupted
            case .refused(let status): (500...599).contains(status) ? .transient : .accessDenied
            }
        let code = error.serviceCode.map { " [\($0)]" } ?? ""
        self.init(name, error.message + code, requestID: error.requestID)
    }
}
