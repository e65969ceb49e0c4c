#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The process's peak resident memory.
enum PeakMemory {
    static var byteCount: Int {
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
