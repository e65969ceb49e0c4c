import Dispatch

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Runs the command of a profile's `credential_process` and gives its standard output.
package struct CredentialProcess {
    private static let outputByteCountMax = 1 << 16
    /// It may open a browser, or ask a slow service.
    private static let timeLimitSeconds = 60

    private let variables: [String: String]

    package init(variables: [String: String]) { self.variables = variables }

    package func run(_ command: String) async throws(CredentialError) -> [UInt8] {
        let result: Result<[UInt8], CredentialError> = await withCheckedContinuation { done in
            DispatchQueue.global().async {
                done.resume(
                    returning: Result { () throws(CredentialError) in
                        try runBlocking(command)
                    })
            }
        }
        return try result.get()
    }

    private func runBlocking(_ command: String) throws(CredentialError) -> [UInt8] {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw failure("no pipe (errno \(errno))") }
        let reader = ends[0]
        defer { close(reader) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let process = try spawn(command, output: ends[1])
        let output = collect(from: reader)
        if output == nil { kill(process, SIGKILL) }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        guard let output else {
            throw failure("it took over \(Self.timeLimitSeconds) s or wrote too much")
        }
        // Exited, and with 0: all bits are clear.
        guard status == 0 else { throw failure("it ended with wait status \(status)") }
        return output
    }

    private func spawn(_ command: String, output: Int32) throws(CredentialError) -> pid_t {
        defer { close(output) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        var arguments = Self.copies(["/bin/sh", "-c", command])
        var environment = Self.copies(variables.map { "\($0.key)=\($0.value)" })
        defer { for text in arguments + environment { free(text) } }
        var process: pid_t = 0
        let status = posix_spawn(&process, "/bin/sh", &actions, nil, &arguments, &environment)
        guard status == 0 else { throw failure("it cannot be started (errno \(status))") }
        return process
    }

    /// C strings, to be freed, with nil at the end.
    private static func copies(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] {
        texts.map { strdup($0) } + [nil]
    }

    /// Everything up to the end; nil when that takes too long or is too much.
    private func collect(from descriptor: Int32) -> [UInt8]? {
        let deadline = ContinuousClock.now + .seconds(Self.timeLimitSeconds)
        var output: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while output.count <= Self.outputByteCountMax {
            let left = ContinuousClock.now.duration(to: deadline) / .milliseconds(1)
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard left > 0, poll(&waiting, 1, Int32(left)) != 0 else { return nil }
            let count = read(descriptor, &chunk, chunk.count)
            if count == 0 { return output }
            if count > 0 {
                output += chunk[..<count]
            } else if errno != EINTR {
                return nil
            }
        }
        return nil
    }

    private func failure(_ reason: String) -> CredentialError {
        CredentialError(.invalid, "The profile's credential_process failed: \(reason).")
    }
}
