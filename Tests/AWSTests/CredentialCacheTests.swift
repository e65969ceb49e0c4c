import AWS
import SigV4
import Synchronization
import Testing

@Suite("CredentialCache", .timeLimit(.minutes(5)))
struct CredentialCacheTests {
    let time = ManualTime()

    @Test("keys are kept until 15 minutes before their expiry, then renewed")
    func renewsEarly() async throws {
        let source = CountingSource(lifetime: 3_600, time: time)
        let cache = CredentialCache(source: source, time: time.source)
        #expect(try await cache.current().sessionToken == "token1")
        time.advance(seconds: 3_600 - 901)
        #expect(try await cache.current().sessionToken == "token1")
        time.advance(seconds: 1)
        #expect(try await cache.current().sessionToken == "token2")
        #expect(try await cache.current().sessionToken == "token2")
    }

    @Test("keys without expiry are kept for ever")
    func keepsForever() async throws {
        let source = CountingSource()
        let cache = CredentialCache(source: source, time: time.source)
        _ = try await cache.current()
        time.advance(seconds: 100_000_000)
        #expect(try await cache.current().sessionToken == "token1")
    }

    @Test("a failed early renewal is forgiven until 10 minutes before the expiry")
    func forgivesEarlyFailure() async throws {
        let source = FailingSource(time: time)
        let cache = CredentialCache(source: source, time: time.source)
        _ = try await cache.current()
        time.advance(seconds: 3_600 - 900)
        #expect(try await cache.current().sessionToken == "first")
        #expect(source.count == 2)
        #expect(try await cache.current().sessionToken == "first")
        #expect(source.count == 2, "within a minute the source is left alone")
        time.advance(seconds: 300)
        await #expect(throws: CredentialError.self) { _ = try await cache.current() }
    }

    @Test("keys that live shorter than the margin are used, not fetched for every request")
    func shortLives() async throws {
        let source = CountingSource(lifetime: 300, time: time)
        let cache = CredentialCache(source: source, time: time.source)
        for _ in 0..<10 { _ = try await cache.current() }
        #expect(source.count == 1)
        time.advance(seconds: 61)
        #expect(try await cache.current().sessionToken == "token2")
    }

    @Test("keys that have expired already are refused")
    func expired() async {
        let cache = CredentialCache(
            source: CountingSource(lifetime: 0, time: time), time: time.source)
        await #expect(throws: CredentialError.self) { _ = try await cache.current() }
    }

    @Test("many who ask at once cause one fetch")
    func fetchesOnce() async throws {
        let source = SlowSource()
        let cache = CredentialCache(source: source, time: time.source)
        let tokens = try await withThrowingTaskGroup(of: String?.self) { group in
            for _ in 0..<50 { group.addTask { try await cache.current().sessionToken } }
            return try await group.reduce(into: Set<String?>()) { $0.insert($1) }
        }
        #expect(tokens == ["slow"])
        #expect(source.count == 1)
    }

    @Test("invalidating keys that were replaced meanwhile does nothing")
    func invalidates() async throws {
        let source = CountingSource()
        let cache = CredentialCache(source: source, time: time.source)
        let old = try await cache.current()
        await cache.invalidate(old)
        let new = try await cache.current()
        #expect(new.sessionToken == "token2")
        await cache.invalidate(old)
        #expect(try await cache.current() == new)
    }
}

/// Works once.
private final class FailingSource: CredentialSource {
    let name = "test"
    private let calls = Mutex(0)
    private let time: ManualTime

    init(time: ManualTime) { self.time = time }

    var count: Int { calls.withLock { $0 } }

    func fetch() async throws(CredentialError) -> CredentialAnswer {
        let number = calls.withLock { calls in
            calls += 1
            return calls
        }
        guard number == 1 else { throw CredentialError(.unavailable, "down") }
        let keys = SigningCredentials(
            accessKeyID: "id", secretAccessKey: "secret", sessionToken: "first")
        return .found(ExpiringCredentials(keys, expiration: time.now + 3_600))
    }
}

/// Takes long enough for others to ask meanwhile.
private final class SlowSource: CredentialSource {
    let name = "test"
    private let calls = Mutex(0)

    var count: Int { calls.withLock { $0 } }

    func fetch() async throws(CredentialError) -> CredentialAnswer {
        calls.withLock { $0 += 1 }
        for _ in 0..<1_000 { await Task.yield() }
        return .found(
            ExpiringCredentials(
                SigningCredentials(
                    accessKeyID: "id", secretAccessKey: "secret", sessionToken: "slow")))
    }
}
