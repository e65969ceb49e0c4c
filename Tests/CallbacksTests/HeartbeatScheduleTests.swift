import Callbacks
import Testing

@Suite("HeartbeatSchedule")
struct HeartbeatScheduleTests {
    let fenced = TaskCallbackError(.fenced, "gone", serviceCode: "TaskTimedOut")
    let offline = TaskCallbackError(.unavailable, "no route")

    @Test("the first heartbeat is due at once, the next after the interval from the last's sending")
    func regular() {
        var schedule = HeartbeatSchedule(interval: .seconds(60))
        #expect(schedule.next(now: .zero) == .send)
        schedule.accepted(sentAt: .zero)
        #expect(schedule.next(now: .seconds(2)) == .wait(until: .seconds(60)))
        #expect(schedule.next(now: .seconds(61)) == .send)
        schedule.accepted(sentAt: .seconds(61))
        #expect(schedule.lastAccepted == .seconds(61))
        #expect(schedule.next(now: .seconds(61)) == .wait(until: .seconds(121)))
    }

    @Test("while a heartbeat is under way no second one is due")
    func oneAtATime() {
        var schedule = HeartbeatSchedule(interval: .seconds(60))
        #expect(schedule.next(now: .zero) == .send)
        #expect(schedule.next(now: .seconds(1)) == .wait(until: .seconds(60)))
    }

    @Test("a failed heartbeat comes again sooner, and its error stays until one is accepted")
    func failure() {
        var schedule = HeartbeatSchedule(interval: .seconds(60))
        _ = schedule.next(now: .zero)
        schedule.failed(offline, now: .seconds(5))
        #expect(schedule.lastError == offline)
        #expect(schedule.next(now: .seconds(6)) == .wait(until: .seconds(20)))
        #expect(schedule.next(now: .seconds(20)) == .send)
        schedule.accepted(sentAt: .seconds(20))
        #expect(schedule.lastError == nil)
        #expect(schedule.fence == nil)
    }

    @Test("a fence stops everything and cannot be lifted")
    func fence() {
        var schedule = HeartbeatSchedule(interval: .seconds(60))
        _ = schedule.next(now: .zero)
        schedule.accepted(sentAt: .zero)
        _ = schedule.next(now: .seconds(60))
        schedule.failed(fenced, now: .seconds(61))
        #expect(schedule.fence == fenced)
        #expect(schedule.next(now: .seconds(500)) == .stop)
        schedule.accepted(sentAt: .seconds(500))
        schedule.finish()
        #expect(schedule.fence == fenced)
        #expect(!schedule.isFresh(now: .seconds(61), within: .seconds(60)))
    }

    @Test("after the answer, a heartbeat refused as too late is no fence")
    func lateRefusal() {
        var schedule = HeartbeatSchedule(interval: .seconds(60))
        _ = schedule.next(now: .zero)
        schedule.finish()
        schedule.failed(fenced, now: .seconds(1))
        #expect(schedule.fence == nil)
        #expect(schedule.next(now: .seconds(100)) == .stop)
    }

    @Test("freshness counts from the sending of the last accepted heartbeat")
    func freshness() {
        var schedule = HeartbeatSchedule(interval: .seconds(60))
        #expect(!schedule.isFresh(now: .zero, within: .seconds(60)))
        schedule.accepted(sentAt: .seconds(10))
        schedule.accepted(sentAt: .seconds(5))
        #expect(schedule.isFresh(now: .seconds(70), within: .seconds(60)))
        #expect(!schedule.isFresh(now: .seconds(71), within: .seconds(60)))
    }
}
