// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// One identifier where it stands.
package struct Name: Sendable, Hashable {
    /// Without the `@` of a meta field.
    package var text: String
    /// With the `@` of a meta field.
    package var range: SourceRange

    package init(_ text: String, _ range: SourceRange) {
        self.text = text
        self.range = range
    }
}

/// One or more identifiers joined by dots: a kind such as `aws.s3.Bucket`, or a plugin's verb.
package struct DottedName: Sendable, Hashable {
    /// The parts joined by dots, without blanks.
    package var text: String
    package var range: SourceRange

    package init(_ text: String, _ range: SourceRange) {
        self.text = text
        self.range = range
    }

    /// The identifiers from left to right.
    package var parts: [String] { text.split(separator: ".").map(String.init) }
    /// True where an error took the name away; a reader then knows nothing and stays silent.
    package var isMissing: Bool { text.isEmpty }
    package var isDotted: Bool { text.utf8.contains(UInt8(ascii: ".")) }
}

/// A string that cannot hold holes: a path, a service's name, a doc line.
package struct PlainText: Sendable, Hashable {
    /// The text itself, escapes resolved.
    package var text: String
    /// The literal with its quotes.
    package var range: SourceRange

    package init(_ text: String, _ range: SourceRange) {
        self.text = text
        self.range = range
    }
}
