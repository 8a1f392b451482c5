// What stands in a configuration file before anyone knows what it means: values with their places. Cold.

import DynModel

/// A value and where it begins; lines and columns count from 1, columns in bytes.
struct ConfigItem {
    enum Value {
        case string(Text)
        case integer(Int)
        case float(Double)
        case bool(Bool)
        case array([ConfigItem])
        case table(ConfigTable)
    }

    var value: Value
    var place: ConfigPlace

    /// How messages call it: `the string "abc"`.
    var title: String {
        switch value {
        case .string(let text): "the string \"\(printable(text))\""
        case .integer(let number): "the number \(number)"
        case .float(let number): "the number \(goNumber(number))"
        case .bool(let isOn): isOn ? "true" : "false"
        case .array: "an array"
        case .table: "a table"
        }
    }
}

struct ConfigPlace {
    var line: Int
    var column: Int
}

/// Keys with their values, in order. No key stands twice.
struct ConfigTable {
    struct Entry {
        var key: Text
        var place: ConfigPlace
        var item: ConfigItem
    }

    var entries: [Entry] = []

    func item(_ key: Text) -> ConfigItem? { entries.first { $0.key == key }?.item }
}

/// What stands behind `[name]`, or behind one of several `[[name]]`.
struct ConfigSection {
    var name: Text
    var isOfMany: Bool
    var place: ConfigPlace
    var table = ConfigTable()
}

/// What is wrong at a place.
struct ConfigFault: Error {
    var place: ConfigPlace
    var message: String
}
