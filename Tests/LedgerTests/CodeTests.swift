// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Ledger
import Testing

struct CodeTests {
    @Test func `each code is a letter and four digits, used once, with a title and sentences`() {
        let codes = DiagnosticCode.allOfLedger
        #expect(Set(codes.map(\.text)).count == codes.count)
        for code in codes {
            #expect(code.text.wholeMatch(of: /L\d{4}/) != nil)
            #expect(!code.title.isEmpty && !code.title.hasSuffix("."))
            #expect(code.explanation.hasSuffix("."))
        }
    }
}
