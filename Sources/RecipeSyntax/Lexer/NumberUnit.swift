// SPDX-License-Identifier: Apache-2.0

/// A suffix that belongs to a number.
enum NumberUnit {
    /// One unit is that many nanoseconds.
    case time(UInt64)
    /// One unit is that many bytes.
    case size(UInt64)

    init?(_ suffix: String) {
        switch suffix {
        case "ms": self = .time(1_000_000)
        case "s": self = .time(1_000_000_000)
        case "m": self = .time(60 * 1_000_000_000)
        case "h": self = .time(3600 * 1_000_000_000)
        case "d": self = .time(86_400 * 1_000_000_000)
        case "B": self = .size(1)
        case "KB": self = .size(1_000)
        case "MB": self = .size(1_000_000)
        case "GB": self = .size(1_000_000_000)
        case "TB": self = .size(1_000_000_000_000)
        case "PB": self = .size(1_000_000_000_000_000)
        case "KiB": self = .size(1 << 10)
        case "MiB": self = .size(1 << 20)
        case "GiB": self = .size(1 << 30)
        case "TiB": self = .size(1 << 40)
        case "PiB": self = .size(1 << 50)
        default: return nil
        }
    }

    var isTime: Bool { if case .time = self { true } else { false } }

    /// What one unit counts in nanoseconds or bytes.
    var factor: UInt64 {
        switch self {
        case .time(let factor), .size(let factor): factor
        }
    }
}
