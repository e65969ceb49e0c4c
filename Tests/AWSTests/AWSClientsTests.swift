import AWS
import Callbacks
import Logging
import ObjectStores
import Testing

@Suite("AWSClients")
struct AWSClientsTests {
    func clients(_ variables: [String: String]) -> AWSClients {
        AWSClients(
            environment: AWSEnvironment(variables: variables, readFile: { _ in nil }),
            transport: ScriptedTransport(), time: ManualTime().source,
            logger: Logger(label: "test"))
    }

    @Test("endpoints: the service's own variable, the common one, none")
    func endpoints() {
        func setting(_ variables: [String: String]) -> AWSEnvironment.EndpointSetting {
            AWSEnvironment(variables: variables, readFile: { _ in nil }).endpoint(of: .s3)
        }
        let own = Endpoint(scheme: .http, host: "a", port: 1)
        let common = Endpoint(scheme: .https, host: "b")
        #expect(setting([:]) == .none)
        #expect(setting(["AWS_ENDPOINT_URL": "https://b"]) == .url(common))
        let both = ["AWS_ENDPOINT_URL": "https://b", "AWS_ENDPOINT_URL_S3": "http://a:1/"]
        #expect(setting(both) == .url(own))
        #expect(
            setting(both.merging(["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"]) { $1 }) == .none)
        #expect(setting(["AWS_ENDPOINT_URL_S3": "localhost"]) == .malformed("AWS_ENDPOINT_URL_S3"))
    }

    @Test("what is not an endpoint is refused by the name of its variable")
    func malformedEndpoints() throws {
        let clients = clients(["AWS_ENDPOINT_URL": "nonsense", "AWS_REGION": "x"])
        #expect(throws: ObjectStoreError.self) { try clients.s3Store() }
        let token = try TaskToken(parsing: "t")
        #expect(throws: TaskCallbackError.self) { try clients.callback(token: token) }
    }

    @Test("a token without a region is refused")
    func noRegion() throws {
        let token = try TaskToken(parsing: "t")
        #expect(throws: TaskCallbackError.self) { try self.clients([:]).callback(token: token) }
    }

    @Test(
        "URLs that are not endpoints",
        arguments: [
            "", "host", "ftp://host", "http://", "http://:80", "http://h:0", "http://h:x",
            "http://u@h", "http://h/p?q=1", "http://h/#f", "http://a b", "http://h/a b",
        ])
    func notEndpoints(text: String) {
        #expect(Endpoint(parsing: text) == nil)
    }

    @Test("the Host header leaves out the scheme's own port")
    func authority() {
        #expect(Endpoint(parsing: "https://h:443")?.authority == "h")
        #expect(Endpoint(parsing: "http://h:443")?.authority == "h:443")
        #expect(Endpoint(parsing: "HTTP://h:80/x/")?.description == "http://h/x")
    }
}
