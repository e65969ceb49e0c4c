import AWS
import FoundationEssentials
import SigV4
import Synchronization
import Testing

@Suite("Single sign-on")
struct SingleSignOnTests {
    let time = ManualTime()
    let written = WrittenFiles()

    /// What was written, by path.
    final class WrittenFiles: Sendable {
        private let files = Mutex<[String: String]>([:])

        var all: [String: String] { files.withLock { $0 } }

        func write(_ path: String, _ bytes: [UInt8]) {
            files.withLock { $0[path] = String(decoding: bytes, as: UTF8.self) }
        }
    }

    static let config = """
        [default]
        sso_session = corp
        sso_account_id = 123456789012
        sso_role_name = worker
        [profile old]
        sso_start_url = https://corp.example/start
        sso_region = eu-west-1
        sso_account_id = 123456789012
        sso_role_name = worker
        [profile lost]
        sso_session = nowhere
        [profile half]
        sso_session = corp
        [sso-session corp]
        sso_region = eu-central-1
        sso_start_url = https://corp.example/start
        """
    static let answer = """
        {"roleCredentials":{"accessKeyId":"AK","secretAccessKey":"SK","sessionToken":"TK",\
        "expiration":1800003600000}}
        """
    /// Names by SHA-1: of `corp`, and of the start URL.
    static let sessionFile = "/user/.aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json"
    static let startFile = "/user/.aws/sso/cache/f7c9b39d0b4c7a7d82c79307585f77e1c5e74378.json"

    func fetch(
        profile: String = "default", tokens: [String: String],
        _ answers: [ScriptedTransport.Answer] = []
    ) async -> (Result<ExpiringCredentials, CredentialError>, ScriptedTransport) {
        let transport = ScriptedTransport(answers)
        let files = tokens.merging(["/c": Self.config]) { own, _ in own }
        let environment = AWSEnvironment(
            variables: ["AWS_CONFIG_FILE": "/c", "AWS_PROFILE": profile, "HOME": "/user"],
            readFile: { files[$0].map { Array($0.utf8) } }, writeFile: written.write)
        let chain = environment.credentialChain(transport: transport, time: time.source)
        do throws(CredentialError) {
            guard case .found(let found) = try await chain.fetch() else {
                return (.failure(CredentialError(.missing, "absent")), transport)
            }
            return (.success(found), transport)
        } catch {
            return (.failure(error), transport)
        }
    }

    static func token(until date: String = "2027-01-15T09:00:00Z") -> String {
        #"{"accessToken":"secret-token","expiresAt":"\#(date)","region":"eu-central-1"}"#
    }

    @Test(
        "the token of the sign-in is exchanged for keys",
        arguments: [
            ("default", SingleSignOnTests.sessionFile, "eu-central-1"),
            ("old", SingleSignOnTests.startFile, "eu-west-1"),
        ])
    func exchanges(profile: String, file: String, region: String) async throws {
        let (result, transport) = await fetch(
            profile: profile, tokens: [file: Self.token()], [.response(200, [:], Self.answer)])
        #expect(
            try result.get()
                == ExpiringCredentials(
                    SigningCredentials(
                        accessKeyID: "AK", secretAccessKey: "SK", sessionToken: "TK"),
                    expiration: 1_800_003_600))
        let request = try #require(transport.requests.first)
        #expect(
            request.url
                == "https://portal.sso.\(region).amazonaws.com/federation/credentials"
                + "?account_id=123456789012&role_name=worker")
        #expect(request.header("x-amz-sso_bearer_token") == "secret-token")
    }

    @Test(
        "what is missing is said, with what to run",
        arguments: [
            ("default", [:], "aws sso login --profile default"),
            (
                "default", [SingleSignOnTests.sessionFile: token(until: "2020-01-01T00:00:00UTC")],
                "has expired"
            ),
            ("default", [SingleSignOnTests.sessionFile: "{"], "aws sso login"),
            ("lost", [:], "'nowhere', which is not there"),
            ("half", [:], "no sso_account_id"),
        ] as [(String, [String: String], String)])
    func refuses(profile: String, tokens: [String: String], part: String) async {
        let (result, transport) = await fetch(profile: profile, tokens: tokens)
        guard case .failure(let error) = result else { return #expect(Bool(false)) }
        #expect(error.code == .invalid)
        #expect(error.message.contains(part), "\(error.message)")
        #expect(transport.requests.isEmpty)
    }

    @Test("a refusal names the role and not the token")
    func refusal() async {
        let (result, _) = await fetch(
            tokens: [Self.sessionFile: Self.token()],
            [.response(401, [:], #"{"message":"Session token not found or invalid"}"#)])
        guard case .failure(let error) = result else { return #expect(Bool(false)) }
        #expect(error.message.contains("worker") && error.message.contains("not found or invalid"))
        #expect(!error.message.contains("secret-token"))
    }

    /// Of a sign-in that can be renewed.
    static func renewable(until date: String, registered: String = "2027-03-01T00:00:00Z") -> String
    {
        """
        {"accessToken":"old-token","expiresAt":"\(date)","region":"eu-central-1",\
        "startUrl":"https://corp.example/start","clientId":"client","clientSecret":"client-secret",\
        "registrationExpiresAt":"\(registered)","refreshToken":"first"}
        """
    }

    static let renewed =
        #"{"accessToken":"new-token","expiresIn":3600,"refreshToken":"second","tokenType":"Bearer"}"#

    @Test(
        "a token at its end is renewed, and the other tools find the new one",
        arguments: ["2027-01-15T07:00:00Z", "2027-01-15T08:10:00Z"])
    func renews(until: String) async throws {
        let (result, transport) = await fetch(
            tokens: [Self.sessionFile: Self.renewable(until: until)],
            [.response(200, [:], Self.renewed), .response(200, [:], Self.answer)])
        #expect(try result.get().keys.accessKeyID == "AK")
        let request = try #require(transport.requests.first)
        #expect(request.url == "https://oidc.eu-central-1.amazonaws.com/token")
        #expect(request.method == .post)
        let sent = try JSONDecoder().decode(
            [String: String].self, from: Data(request.body.bytes))
        #expect(
            sent == [
                "clientId": "client", "clientSecret": "client-secret",
                "grantType": "refresh_token", "refreshToken": "first",
            ])
        #expect(transport.requests.last?.header("x-amz-sso_bearer_token") == "new-token")
        let file = try JSONDecoder().decode(
            [String: String].self, from: Data(try #require(written.all[Self.sessionFile]).utf8))
        #expect(file["accessToken"] == "new-token" && file["refreshToken"] == "second")
        #expect(file["expiresAt"] == "2027-01-15T09:00:00Z")
        #expect(file["clientSecret"] == "client-secret" && file["startUrl"] != nil)
    }

    @Test("what is not renewed is used to its end, and then refused with what to run")
    func refusedRenewal() async throws {
        let refusal = ScriptedTransport.Answer.response(
            400, [:], #"{"error":"invalid_grant","error_description":"Invalid refresh token"}"#)
        let (used, transport) = await fetch(
            tokens: [Self.sessionFile: Self.renewable(until: "2027-01-15T08:10:00Z")],
            [refusal, .response(200, [:], Self.answer)])
        #expect(try used.get().keys.accessKeyID == "AK")
        #expect(transport.requests.last?.header("x-amz-sso_bearer_token") == "old-token")
        let (refused, _) = await fetch(
            tokens: [Self.sessionFile: Self.renewable(until: "2027-01-15T07:00:00Z")], [refusal])
        guard case .failure(let error) = refused else { return #expect(Bool(false)) }
        #expect(error.code == .invalid)
        #expect(error.message.contains("Invalid refresh token"))
        #expect(error.message.contains("aws sso login --profile default"))
        for secret in ["first", "client-secret", "old-token"] {
            #expect(!error.message.contains(secret))
        }
        #expect(written.all.isEmpty)
    }

    @Test("an expired registration is not tried")
    func expiredRegistration() async {
        let (result, transport) = await fetch(
            tokens: [
                Self.sessionFile: Self.renewable(
                    until: "2027-01-15T07:00:00Z", registered: "2027-01-01T00:00:00Z")
            ])
        guard case .failure(let error) = result else { return #expect(Bool(false)) }
        #expect(error.message.contains("has expired"))
        #expect(transport.requests.isEmpty)
    }
}
