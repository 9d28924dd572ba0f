// SPDX-License-Identifier: Apache-2.0

extension Value: Codable {
    /// Stored as one string that holds the exact JSON form, so that any coder keeps every value whole.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(json(.exact))
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        do {
            try self.init(json: text)
        } catch {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "not a value at byte \(error.offset): \(error.reason)")
        }
    }
}
