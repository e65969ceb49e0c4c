/// What the value of a leaf has to respect besides its own rows.
struct LeafLimits: Hashable, Sendable {
    /// The value of the node above, which `pathSmooth` draws towards; unused without it, and
    /// without bounds.
    var parentValue = 0.0
    /// Bounds from monotone splits further up.
    var lower = -Double.infinity
    var upper = Double.infinity

    var isBounded: Bool { lower > -.infinity || upper < .infinity }
}
