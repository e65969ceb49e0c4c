import Columns
import ObjectStores
import TestSupport
import Testing

@testable import Jobs

@Suite("RowRoles")
struct RowRolesTests {
    @Test(
        "compacting equals filtering, for every range", arguments: 0..<12 as Range<UInt64>,
        [0, 1, 7, 8, 9, 100])
    func compactsAsFilterDoes(seed: UInt64, count: Int) {
        var random = SeededGenerator(seed: seed)
        // Seeds 0 to 2 have one role only: the short way.
        let choices: [RowRoles.Role] = [.dropped, .train, .validation]
        var roles = RowRoles()
        roles.reserve(.max)
        for _ in 0..<count {
            roles.append(
                seed < 3 ? choices[Int(seed)] : choices.randomElement(using: &random) ?? .train)
        }
        let lower = Int.random(in: 0...count, using: &random)
        let range = lower..<Int.random(in: lower...count, using: &random)
        for role in choices {
            var values = range.map(Double.init)
            let kept = values.withUnsafeMutableBufferPointer {
                roles.compact($0, of: role, rows: range)
            }
            let expected = range.filter { roles[$0] == role }
            #expect(values.prefix(kept).map { Int($0) } == expected)
            #expect(roles.count(role, in: range) == expected.count)
            #expect(roles.count(role) == (0..<count).count { roles[$0] == role })
        }
    }
}
