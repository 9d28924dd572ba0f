// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeRuntime
import Testing

struct ExplanationTests {
    private let vocabulary = SmallVocabulary.vocabulary

    @Test
    func `a capability is explained with its rules, features and services`() throws {
        guard case .capability(let lake)? = vocabulary.explain("DataLakeStorage") else { return #expect(Bool(false)) }
        #expect(lake.doc == "Files")
        #expect(lake.parameters.map(\.schema.name).suffix(3) == ["name", "labels", "key"])
        #expect(lake.parameters.first { $0.schema.name == "retention" }?.rule == "retention >= 7d and retention <= 90d")
        #expect(lake.outputs.first { $0.schema.name == "site" }?.feature == "website")
        #expect(lake.features.first?.condition == "versioned")
        #expect(lake.services.map { "\($0.provider) \($0.service)" } == ["local Folder", "cloud Bucket", "cloud Cold"])
        #expect(lake.services.first?.lacks.map(\.name) == ["customer_key", "public_read", "website"])
        #expect(lake.services.first?.kinds == ["local.Lake", "local.Note"])
        #expect(Recipes().codes(lake.example) == [])
    }

    @Test
    func `everything that has a name can be explained`() {
        for name in vocabulary.explainableNames { #expect(vocabulary.explain(name) != nil, "\(name)") }
        #expect(vocabulary.explain("Nothing") == nil)
        guard case .facet(_, let offering, let needing)? = vocabulary.explain("ObjectStore") else {
            return #expect(Bool(false))
        }
        #expect(offering == ["DataLakeStorage", "Pond", "cloud.Bucket", "local.Lake"])
        #expect(needing == ["Ingest"])
    }

    @Test
    func `the table shows who fulfils what`() throws {
        let row = try #require(vocabulary.capabilityTable().rows.first { $0.capability == "ModelValidationTesting" })
        #expect(row.isActivity)
        #expect(row.cells["local"]?.map(\.service) == ["Query"])
        #expect(row.cells["local"]?.map(\.status) == [.fulfilled])
    }
}
