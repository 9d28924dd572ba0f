// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension FeatureGroupRows {
    /// What Feature Store adds to the columns of the history.
    private static let own = [
        TableColumn("write_time", .time), TableColumn("api_invocation_time", .time), TableColumn("is_deleted", .bool)
    ]
    private static let columnTypes: [String: ColumnType] = ["Integral": .int, "Fractional": .float]

    /// The table of the catalog with every row that was written; nil for a group that keeps none.
    func history(_ context: CallContext) async throws(CallError) -> TableDescription? {
        var catalog: ObjectValue?
        var definitions: [Value] = []
        do throws(AWSFailure) {
            try await client.pages(
                "sagemaker", "DescribeFeatureGroup", ["feature_group_name": .string(group)],
                items: "feature_definitions", context: context
            ) { page in
                catalog = catalog ?? page.answer["offline_store_config"]?.object?["data_catalog_config"]?.object
                definitions += page.items
                return true
            }
        } catch { throw error.callError }
        guard let table = catalog?["table_name"]?.string, let database = catalog?["database"]?.string else {
            return nil
        }
        let features = definitions.compactMap(\.object).compactMap { feature in
            feature["feature_name"]?.string.map {
                // The catalog knows small letters alone.
                TableColumn($0.lowercased(), Self.columnTypes[feature["feature_type"]?.string ?? ""] ?? .string)
            }
        }
        var description = TableDescription(
            name: table, columns: features + Self.own, rows: nil, version: context.token.text)
        description.location = GlueCatalog.location(of: database)
        return description
    }
}
