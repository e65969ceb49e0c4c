/// What the program can be asked to do.
package enum JobCommand: String, CaseIterable, Hashable, Sendable {
    case train, tune, reduce, predict, evaluate, inspect, convert, generate, plan, doctor
}
