/// Whether `a` and `b` differ by at most `relative` of the larger one, or by at most `absolute`.
/// Two NaNs are close; infinities only to themselves.
package func isClose(
    _ a: Double, _ b: Double, relative: Double = 1e-9, absolute: Double = 0
) -> Bool {
    if a == b || (a.isNaN && b.isNaN) { return true }
    guard a.isFinite, b.isFinite else { return false }
    return abs(a - b) <= max(relative * max(abs(a), abs(b)), absolute)
}
