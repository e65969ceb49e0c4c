import AWS
import SigV4
import TestSupport
import Testing

@Suite("Credential sources")
struct CredentialSourceTests {
    let time = ManualTime()

    func environment(
        _ variables: [String: String], files: [String: String] = [:]
    ) -> AWSEnvironment {
        AWSEnvironment(variables: variables) { files[$0].map { Array($0.utf8) } }
    }

    func fetch(
        _ variables: [String: String], files: [String: String] = [:],
        _ answers: [ScriptedTransport.Answer] = []
    ) async -> (Result<ExpiringCredentials, CredentialError>, ScriptedTransport) {
        let transport = ScriptedTransport(answers)
        let chain = environment(variables, files: files)
            .credentialChain(transport: transport, time: time.source)
        do throws(CredentialError) {
            guard case .found(let found) = try await chain.fetch() else {
                return (.failure(CredentialError(.missing, "absent")), transport)
            }
            return (.success(found), transport)
        } catch {
            return (.failure(error), transport)
        }
    }

    static let document = """
        {"AccessKeyId":"AK","SecretAccessKey":"SK","Token":"TK","Expiration":"2027-01-15T09:00:00Z"}
        """
    let documentKeys = ExpiringCredentials(
        SigningCredentials(accessKeyID: "AK", secretAccessKey: "SK", sessionToken: "TK"),
        expiration: 1_800_003_600)

    static func lent(_ action: String) -> String {
        """
        <\(action)Response><\(action)Result><Credentials><AccessKeyId>AK</AccessKeyId>
        <SecretAccessKey>SK</SecretAccessKey><SessionToken>TK</SessionToken>
        <Expiration>2027-01-15T09:00:00Z</Expiration></Credentials></\(action)Result></\(action)Response>
        """
    }

    @Test("the environment comes first")
    func environmentFirst() async throws {
        let (result, _) = await fetch(
            ["AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": ""])
        #expect(
            try result.get()
                == ExpiringCredentials(
                    SigningCredentials(accessKeyID: "id", secretAccessKey: "secret")))
        let (half, _) = await fetch(["AWS_ACCESS_KEY_ID": "id"])
        #expect(throws: CredentialError.self) { try half.get() }
    }

    @Test("profiles: keys, comments, another profile, a file elsewhere")
    func profiles() async throws {
        let files = [
            "/h/me/.aws/credentials": """
            # my keys
            [default]
            aws_access_key_id = D
            aws_secret_access_key = DS ; not this
            [work]
            AWS_ACCESS_KEY_ID=W
            aws_secret_access_key=W#S
            aws_session_token=WT
            """,
            "/etc/other": "[work]\naws_access_key_id=O\naws_secret_access_key=OS\n",
        ]
        let (byDefault, _) = await fetch(["HOME": "/h/me"], files: files)
        #expect(try byDefault.get().keys.secretAccessKey == "DS")
        let (work, _) = await fetch(["HOME": "/h/me", "AWS_PROFILE": "work"], files: files)
        #expect(
            try work.get().keys
                == SigningCredentials(
                    accessKeyID: "W", secretAccessKey: "W#S", sessionToken: "WT"))
        let (other, _) = await fetch(
            ["AWS_PROFILE": "work", "AWS_SHARED_CREDENTIALS_FILE": "/etc/other"], files: files)
        #expect(try other.get().keys.accessKeyID == "O")
        let (missing, _) = await fetch(["HOME": "/h/me", "AWS_PROFILE": "nope"], files: files)
        guard case .failure(let error) = missing else { return #expect(Bool(false)) }
        #expect(error.message.contains("'nope'"))
    }

    @Test("the region comes from the environment, then from the profile")
    func region() {
        let files = ["/c": "[default]\nregion = eu-west-3\n[profile w]\nregion=ap-south-1\n"]
        let variables = ["AWS_CONFIG_FILE": "/c"]
        #expect(environment(variables, files: files).region == "eu-west-3")
        #expect(
            environment(variables.merging(["AWS_PROFILE": "w"]) { $1 }, files: files).region
                == "ap-south-1")
        #expect(
            environment(variables.merging(["AWS_REGION": "us-east-2"]) { $1 }, files: files).region
                == "us-east-2")
        #expect(environment([:]).region == nil)
    }

    @Test("a profile with a role asks STS with the keys of its source")
    func assumesRole() async throws {
        let files = [
            "/c": """
            [profile r]
            role_arn = arn:aws:iam::1:role/x
            source_profile = base
            external_id = e+1
            [profile base]
            aws_access_key_id = B
            aws_secret_access_key = BS
            """
        ]
        let (result, transport) = await fetch(
            ["AWS_CONFIG_FILE": "/c", "AWS_PROFILE": "r", "AWS_REGION": "eu-west-1"], files: files,
            [.response(200, [:], Self.lent("AssumeRole"))])
        #expect(try result.get() == documentKeys)
        let request = try #require(transport.requests.first)
        #expect(request.url == "https://sts.eu-west-1.amazonaws.com/")
        #expect(
            request.header("Authorization")?.contains("Credential=B/20270115/eu-west-1/sts") == true
        )
        let form = String(decoding: request.body.bytes, as: UTF8.self)
        #expect(form.contains("Action=AssumeRole&ExternalId=e%2B1&"))
    }

    @Test("a circle of source profiles is an error")
    func circle() async {
        let files = [
            "/c": """
            [profile a]
            role_arn = r
            source_profile = b
            [profile b]
            role_arn = r
            source_profile = a
            """
        ]
        let (result, _) = await fetch(["AWS_CONFIG_FILE": "/c", "AWS_PROFILE": "a"], files: files)
        #expect(throws: CredentialError.self) { try result.get() }
    }

    @Test("web identity: the token of a file, unsigned")
    func webIdentity() async throws {
        let (result, transport) = await fetch(
            [
                "AWS_WEB_IDENTITY_TOKEN_FILE": "/token", "AWS_ROLE_ARN": "arn",
                "AWS_REGION": "eu-west-1",
            ],
            files: ["/token": "jwt"],
            [.response(500), .response(200, [:], Self.lent("AssumeRoleWithWebIdentity"))])
        #expect(try result.get() == documentKeys)
        #expect(transport.requests.last?.header("Authorization") == nil)
        let form = String(decoding: transport.requests.last?.body.bytes ?? [], as: UTF8.self)
        #expect(form.contains("WebIdentityToken=jwt"))
    }

    @Test("a refusal of STS is told with its reason")
    func refusedRole() async {
        let error =
            "<ErrorResponse><Error><Code>AccessDenied</Code><Message>not you</Message></Error>"
            + "</ErrorResponse>"
        let (result, _) = await fetch(
            ["AWS_WEB_IDENTITY_TOKEN_FILE": "/token", "AWS_ROLE_ARN": "arn:x"],
            files: ["/token": "jwt"], [.response(403, [:], error)])
        guard case .failure(let failure) = result else { return #expect(Bool(false)) }
        #expect(failure.message.contains("arn:x") && failure.message.contains("not you"))
    }

    @Test("a Fargate task asks its agent")
    func containerRelative() async throws {
        let (result, transport) = await fetch(
            ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/credentials?id=a-b"],
            [.failure(.timedOut), .response(200, [:], Self.document)])
        #expect(try result.get() == documentKeys)
        #expect(
            transport.requests.map(\.url)
                == Array(repeating: "http://169.254.170.2/v2/credentials?id=a-b", count: 2))
    }

    @Test("a full URI is taken with its token, read anew from its file")
    func containerFull() async throws {
        let (result, transport) = await fetch(
            [
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://169.254.170.23/v1/credentials",
                "AWS_CONTAINER_AUTHORIZATION_TOKEN": "stale",
                "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/t",
            ],
            files: ["/t": "fresh"], [.response(200, [:], Self.document)])
        #expect(try result.get() == documentKeys)
        #expect(transport.requests.first?.header("Authorization") == "fresh")
        #expect(transport.requests.first?.url == "http://169.254.170.23/v1/credentials")
    }

    @Test(
        "credentials do not travel in the clear to other hosts",
        arguments: [
            "http://example.com/x", "http://169.254.170.2.example.com/", "ftp://localhost/",
            "http://10.0.0.1/", "nonsense",
        ])
    func containerHostRules(url: String) async {
        let (result, transport) = await fetch(["AWS_CONTAINER_CREDENTIALS_FULL_URI": url])
        #expect(throws: CredentialError.self) { try result.get() }
        #expect(transport.requests.isEmpty)
    }

    @Test("a token with a line break is refused", arguments: ["a\nb", "a\r\nHost: x"])
    func containerTokenInjection(token: String) async {
        let (result, transport) = await fetch([
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://localhost/x",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": token,
        ])
        #expect(throws: CredentialError.self) { try result.get() }
        #expect(transport.requests.isEmpty)
    }

    @Test("an EC2 instance: session token, role, keys")
    func instance() async throws {
        let (result, transport) = await fetch(
            [:],
            [
                .response(200, [:], "session"), .response(200, [:], "my role\n"),
                .response(200, [:], Self.document),
            ])
        #expect(try result.get() == documentKeys)
        #expect(transport.requests.map(\.method) == [.put, .get, .get])
        #expect(
            transport.requests.last?.url
                == "http://169.254.169.254/latest/meta-data/iam/security-credentials/my%20role")
        #expect(transport.requests.last?.header("X-aws-ec2-metadata-token") == "session")
        #expect(transport.limits.allSatisfy { $0.totalTime <= .seconds(1) })
    }

    @Test("with nothing at all, the error lists every source, and no secret")
    func nothing() async {
        let (result, transport) = await fetch([
            "HOME": "/h/me", "AWS_EC2_METADATA_DISABLED": "true",
        ])
        guard case .failure(let error) = result else { return #expect(Bool(false)) }
        #expect(error.code == .missing)
        for part in [
            "environment", "web identity", "/h/me/.aws/credentials", "container",
            "AWS_EC2_METADATA_DISABLED",
        ] {
            #expect(error.message.contains(part))
        }
        #expect(transport.requests.isEmpty)
    }

    @Test(
        "damaged documents are errors",
        arguments: [
            "", "{}", "[]", #"{"Code":"AssumeRoleUnauthorizedAccess","Message":"no"}"#,
            #"{"AccessKeyId":"A","SecretAccessKey":"S","Expiration":"soon"}"#,
        ])
    func damagedDocuments(text: String) async {
        let (result, _) = await fetch(
            ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/x"], [.response(200, [:], text)])
        #expect(throws: CredentialError.self) { try result.get() }
    }

    @Test("credential_process: its output, its failure, its absence")
    func credentialProcess() async throws {
        let command = #"printf '{"AccessKeyId":"AK","SecretAccessKey":"%s"}' "$SECRET""#
        let (result, _) = await fetch(
            ["AWS_CONFIG_FILE": "/c", "SECRET": "S K"],
            files: ["/c": "[default]\ncredential_process = \(command)\n"])
        #expect(try result.get().keys.secretAccessKey == "S K")
        let process = CredentialProcess(variables: [:])
        for command in ["exit 3", "/no/such/command", "yes"] {
            await #expect(throws: CredentialError.self) { _ = try await process.run(command) }
        }
    }

    @Test("small files are read, large and special ones are not")
    func smallFiles() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(Array("token".utf8), to: "t")
        #expect(SmallFile.bytes(of: path) == Array("token".utf8))
        let large = try folder.write([UInt8](repeating: 0, count: (1 << 20) + 1), to: "l")
        #expect(SmallFile.bytes(of: large) == nil)
        #expect(SmallFile.bytes(of: folder.path) == nil)
        #expect(SmallFile.bytes(of: "/dev/zero") == nil)
        #expect(SmallFile.bytes(of: folder.path + "/none") == nil)
    }
}
