package import AWS
package import Jobs
package import Logging
package import ObjectStores
package import Threads

/// What every function is handed; nothing below it reads clocks or the environment.
package struct FunctionContext: Sendable {
    package let store: any ObjectStore
    package let clients: AWSClients
    package let pool: ThreadPool
    package var logger: Logger
    package let environment: [String: String]
    package let programVersion: String
    /// nil when nobody collects metrics.
    package var metrics: MetricsWriter?

    package init(
        store: any ObjectStore, clients: AWSClients, pool: ThreadPool, logger: Logger,
        environment: [String: String], programVersion: String
    ) {
        self.store = store
        self.clients = clients
        self.pool = pool
        self.logger = logger
        self.environment = environment
        self.programVersion = programVersion
    }
}
