// SPDX-License-Identifier: Apache-2.0
public import ConvergeSDK

extension Address: @retroactive ExpressibleByStringLiteral {
    public init(stringLiteral value: String) { self.init(value) }
}
