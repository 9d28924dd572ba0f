// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import GRDB
import Ledger
import Testing

struct AuditTests {
    let project: ProjectFolder

    init() throws { project = try ProjectFolder() }

    @Test func `the trail keeps every line, the newest first`() async throws {
        let ledger = project.ledger()
        var second = AuditEntry.sample
        second.action = "destroy"
        try await ledger.audit(.sample)
        try await ledger.audit(second)
        #expect(try await ledger.auditTrail(limit: 10) == [second, .sample])
    }

    @Test(arguments: ["DELETE FROM audit", "UPDATE audit SET actor = 'nobody'"])
    func `nothing takes a line out of the trail or changes one`(sql: String) async throws {
        let ledger = project.ledger()
        try await ledger.audit(.sample)
        try ledger.close()
        let database = try DatabaseQueue(path: project.files.ledger)
        #expect(throws: DatabaseError.self) { try database.inDatabase { try $0.execute(sql: sql) } }
        try database.close()
        #expect(try await ledger.auditTrail(limit: 10) == [.sample])
    }
}
