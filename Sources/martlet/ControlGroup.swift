import Jobs

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The limits that the container's control group (version 2) sets.
enum ControlGroup {
    /// The text of `cpu.max`, or nil where there is none.
    static var processorQuota: String? { text("/sys/fs/cgroup/cpu.max") }

    /// nil where memory is not limited.
    static var memoryByteCountMax: Int? {
        text("/sys/fs/cgroup/memory.max").flatMap { Int($0.filter { !$0.isWhitespace }) }
    }

    private static func text(_ path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = fread(&buffer, 1, buffer.count, file)
        return String(decoding: buffer.prefix(count), as: UTF8.self)
    }
}
