import ChainPack

/// How a source writes its records so that they can be linked without its names: what `keten linkage encode --plan` reads.
package struct EncodingPlan: Sendable, Codable {
  /// Column that names a record; it goes as it stands.
  package var id: String
  /// Columns that go as they stand.
  package var keep: [String]
  package var fields: [Field]

  package enum Kind: String, Sendable, Codable, CaseIterable {
    /// A keyed hash: equal values are equal, and nothing more is to be seen. For blocking and for `exact`.
    case equal
    /// A keyed Bloom filter of the value's grams: similar values share bits. For `dice`.
    case similar
  }

  package struct Field: Sendable, Codable {
    package var name: String
    /// A column or an SQL expression over columns.
    package var of: String
    package var form: ValueForm
    package var kind: Kind
    /// Of a Bloom filter: its bits, how many each gram sets, characters of a gram, and whether a gram counts in its place only (dates, postcodes).
    package var bits: Int
    package var perGram: Int
    package var gram: Int
    package var positional: Bool

    enum CodingKeys: String, CodingKey {
      case name, of, form, bits, gram, positional
      case kind = "as"
      case perGram = "per_gram"
    }

    package init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      name = try values.decode(String.self, forKey: .name)
      of = try values.decodeIfPresent(String.self, forKey: .of) ?? name
      form = try values.decodeIfPresent(ValueForm.self, forKey: .form) ?? .text
      kind = try values.decode(Kind.self, forKey: .kind)
      bits = try values.decodeIfPresent(Int.self, forKey: .bits) ?? 512
      perGram = try values.decodeIfPresent(Int.self, forKey: .perGram) ?? 16
      gram = try values.decodeIfPresent(Int.self, forKey: .gram) ?? 2
      positional = try values.decodeIfPresent(Bool.self, forKey: .positional) ?? false
    }
  }

  enum CodingKeys: String, CodingKey { case id, keep, fields }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    id = try values.decode(String.self, forKey: .id)
    keep = try values.decodeIfPresent([String].self, forKey: .keep) ?? []
    fields = try values.decode([Field].self, forKey: .fields)
  }

  /// Reads and checks a plan.
  ///
  /// - Throws: `LinkageError` that says where the text is no plan.
  package init(yaml text: String, file: String) throws {
    let known = [
      "": ["id", "keep", "fields"],
      "fields": ["name", "of", "form", "as", "bits", "per_gram", "gram", "positional"],
    ]
    do {
      self = try CheckedYAML.read(EncodingPlan.self, from: text, file: file, keys: known)
    } catch let fault as CheckedYAML.Fault {
      throw LinkageError(fault.message)
    }
    var names = Set(keep + [id])
    guard names.count == keep.count + 1 else {
      throw LinkageError("\(file): a column stands in 'keep' twice, or is the id")
    }
    for field in fields {
      guard names.insert(field.name).inserted else {
        throw LinkageError("\(file): two columns would be called '\(field.name)'")
      }
      guard field.bits % 64 == 0, (64...8192).contains(field.bits) else {
        throw LinkageError("\(file): bits of '\(field.name)' must be a multiple of 64, up to 8192")
      }
      guard (1...64).contains(field.perGram), (1...4).contains(field.gram) else {
        throw LinkageError(
          "\(file): '\(field.name)' needs 1 to 64 bits per_gram and a gram of 1 to 4 characters")
      }
    }
  }
}
