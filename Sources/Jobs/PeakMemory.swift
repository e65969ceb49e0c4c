#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The process's peak resident memory.
package enum PeakMemory {
    package static var byteCount: Int {
        // Not of getrusage: that counts what the process held before it became this program.
        status.flatMap(highWaterMark) ?? usage
    }

    /// The line `VmHWM:   12345 kB` of `/proc/self/status` (proc(5)).
    static func highWaterMark(_ status: String) -> Int? {
        for line in status.split(separator: "\n") where line.hasPrefix("VmHWM:") {
            let words = line.split(whereSeparator: \.isWhitespace)
            guard words.count == 3, words[2] == "kB", let count = Int(words[1]) else { return nil }
            return count * 1024
        }
        return nil
    }

    private static var status: String? {
        let file = open("/proc/self/status", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        return String(unsafeUninitializedCapacity: 4096) {
            max(read(file, $0.baseAddress, 4096), 0)
        }
    }

    private static var usage: Int {
        var usage = rusage()
        #if canImport(Glibc)
            let status = getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
            let unit = 1024
        #else
            let status = getrusage(RUSAGE_SELF, &usage)
            let unit = 1
        #endif
        return status == 0 ? usage.ru_maxrss * unit : 0
    }
}
