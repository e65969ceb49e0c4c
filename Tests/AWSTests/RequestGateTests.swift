import Testing

@testable import AWS

@Suite("RequestGate")
struct RequestGateTests {
    private let time = ManualTime()

    @Test("as many as the limit are let in, the others follow one by one")
    func letsInAndWaits() async {
        let gate = RequestGate(elapsed: time.source.elapsed)
        for _ in 0..<gate.limit { #expect(await gate.enter()) }
        let admitted = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<3 {
                group.addTask {
                    let isAdmitted = await gate.enter()
                    if isAdmitted { gate.leave(isThrottled: false) }
                    return isAdmitted
                }
            }
            gate.leave(isThrottled: false)
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(admitted == [true, true, true])
    }

    @Test("a request to slow down halves the limit, once for a burst; success raises it again")
    func halves() async {
        let gate = RequestGate(elapsed: { .zero })
        let start = gate.limit
        for _ in 0..<4 { _ = await gate.enter() }
        for _ in 0..<4 { gate.leave(isThrottled: true) }
        #expect(gate.limit == start / 2)
        for _ in 0..<(start * start) {
            _ = await gate.enter()
            gate.leave(isThrottled: false)
        }
        #expect(gate.limit > start / 2)
    }

    @Test("whoever is cancelled while waiting gives up the place in the queue")
    func cancels() async {
        let gate = RequestGate(elapsed: time.source.elapsed)
        for _ in 0..<gate.limit { _ = await gate.enter() }
        let task = Task { await gate.enter() }
        task.cancel()
        #expect(await task.value == false)
        gate.leave(isThrottled: false)
        #expect(await gate.enter())
    }
}
