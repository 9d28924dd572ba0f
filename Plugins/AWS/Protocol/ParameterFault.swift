// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// A parameter that a call does not take, or lacks.
struct ParameterFault: Error, Hashable {
    enum Problem: Hashable {
        /// The nearest name that there is.
        case unknownName(nearest: String?)
        case missing
        case wrongType(wanted: String, found: String)
        case notBase64
        case noTimestamp(String)
        /// A part of the path that may not be empty.
        case emptyLabel
    }

    /// Where, such as `tags[0].key`.
    var path: String
    var problem: Problem
}
