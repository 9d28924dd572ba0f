// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// What an answer tells in its status and headers.
struct HeaderAnswer {
    let model: ServiceModel

    func object(_ response: HTTPResponse, _ shape: StructureShape) throws(AnswerFault) -> ObjectValue {
        var result = ObjectValue()
        for member in shape.members {
            switch member.place {
            case .status: result[member.name] = .int(Int64(response.status))
            case .header:
                guard let text = response.header(member.wire) else { continue }
                result[member.name] = try value(text, member)
            case .headers:
                let beginning = member.wire.lowercased()
                var map = ObjectValue()
                for header in response.headers where header.name.lowercased().hasPrefix(beginning) {
                    map[String(header.name.dropFirst(beginning.count))] = .string(header.value)
                }
                result[member.name] = .object(map)
            case .body, .uri, .query: break
            }
        }
        return result
    }

    private func value(_ text: String, _ member: Member) throws(AnswerFault) -> Value {
        switch member.type {
        case .jsonText:
            guard let bytes = WireText.bytes(base64: text) else {
                throw AnswerFault(path: member.name, reason: "text in base64 should be there")
            }
            return try AnswerReader.json(bytes)
        case .compound(let place):
            guard case .list(let shape) = model.compound(place) else { return .string(text) }
            var items: [Value] = []
            for item in Self.items(text, areTimes: [.timestamp(nil), .timestamp(.rfc822)].contains(shape.of)) {
                items.append(try ScalarAnswer.value(.string(item), shape.of, member.name))
            }
            return .list(items)
        default: return try ScalarAnswer.value(.string(text), member.type, member.name)
        }
    }

    /// The items of a list with commas; one in quotes may hold commas, and so does every RFC 822 time.
    private static func items(_ text: String, areTimes: Bool) -> [String] {
        var items: [String] = []
        var item = ""
        var isQuoted = false
        var isEscaped = false
        var commas = 0
        for letter in text {
            switch letter {
            case _ where isEscaped:
                item.append(letter)
                isEscaped = false
            case "\\" where isQuoted: isEscaped = true
            case "\"": isQuoted.toggle()
            case "," where !isQuoted && !(areTimes && commas % 2 == 0):
                commas += 1
                items.append(item.trimmed)
                item = ""
            case ",":
                if !isQuoted { commas += 1 }
                item.append(letter)
            default: item.append(letter)
            }
        }
        items.append(item.trimmed)
        return items
    }
}

extension String {
    /// Without spaces at both ends.
    var trimmed: String {
        var text = self[...]
        while text.first?.isWhitespace == true { text = text.dropFirst() }
        while text.last?.isWhitespace == true { text = text.dropLast() }
        return String(text)
    }
}
