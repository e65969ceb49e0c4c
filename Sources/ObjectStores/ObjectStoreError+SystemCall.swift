#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension ObjectStoreError {
    /// What a failed system call means to the person who has to act.
    /// - Parameters:
    ///   - call: its name, e.g. `open`.
    ///   - action: what was being done, as it reads after "Cannot", e.g. "read the file".
    ///   - errorNumber: `errno`, taken straight after the call.
    static func systemCall(
        _ call: String, _ action: String, _ errorNumber: Int32, url: ObjectURL
    ) -> ObjectStoreError {
        // To a reader a file in the way means that nothing is there; to a writer, a wrong output.
        let (code, remedy) =
            call == "mkdir" && errorNumber == ENOTDIR
            ? (.invalidParameter, " A file stands where a folder is needed; choose another output.")
            : meaning(of: errorNumber)
        let reason = String(cString: strerror(errorNumber))
        return ObjectStoreError(
            code, "Cannot \(action): \(reason) (\(call), errno \(errorNumber)).\(remedy)", url: url)
    }

    private static func meaning(of errorNumber: Int32) -> (Code, String) {
        switch errorNumber {
        case ENOENT, ENOTDIR:
            (.notFound, "")
        case EACCES, EPERM:
            (.accessDenied, " Give this user the permission, or run as another one.")
        case EROFS:
            (.accessDenied, " The file system is mounted read-only; write somewhere else.")
        case ENOSPC, EDQUOT, EFBIG:
            (.outOfSpace, " Free some space, or write to another file system.")
        case ENAMETOOLONG, ELOOP, EISDIR, EINVAL, EEXIST, ENOTEMPTY, ENXIO, ENOTSUP, EXDEV:
            (.invalidParameter, "")
        case EMFILE, ENFILE:
            (.unavailable, " Raise the limit of open files (ulimit -n).")
        default:
            (.unavailable, "")
        }
    }
}
