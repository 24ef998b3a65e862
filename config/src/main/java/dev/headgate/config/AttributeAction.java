package dev.headgate.config;

import org.jspecify.annotations.Nullable;

/// One action of the `attributes` and `resource` processors.
public sealed interface AttributeAction {
  /// `insert`, `update` and `upsert`.
  ///
  /// @param defaultValue what is put when the source has nothing, or null
  record Put(When when, String key, Source source, @Nullable AttributeValue defaultValue)
      implements AttributeAction {}

  /// `delete`: the attribute with a key and those whose keys match a pattern.
  ///
  /// @param key empty when only the pattern is given
  /// @param pattern RE2 text, or null
  record Delete(String key, @Nullable String pattern) implements AttributeAction {}

  /// `hash`: SHA-256 of the attribute with a key and of those whose keys match a pattern.
  ///
  /// @param key empty when only the pattern is given
  /// @param pattern RE2 text, or null
  record Hash(String key, @Nullable String pattern) implements AttributeAction {}

  /// `extract`: the named groups of a pattern over the value become attributes.
  ///
  /// @param pattern RE2 text with named groups
  record Extract(String key, String pattern) implements AttributeAction {}

  /// `convert`: the value in another type, where it has a meaning there.
  record Convert(String key, ConvertedType type) implements AttributeAction {}

  /// Whether the attribute must be absent or present for a put.
  enum When {
    /// `insert`.
    ABSENT,
    /// `update`.
    PRESENT,
    /// `upsert`.
    ALWAYS
  }

  /// The types of `convert`.
  enum ConvertedType {
    STRING,
    INT,
    DOUBLE
  }

  /// Where the value of a put comes from.
  sealed interface Source {
    /// The file.
    record Fixed(AttributeValue value) implements Source {}

    /// Another attribute of the same item or resource.
    record Attribute(String key) implements Source {}

    /// A header of the request that is kept with its data.
    ///
    /// @param name in lower case
    record Header(String name) implements Source {}

    /// Nowhere: the default is put.
    record None() implements Source {}
  }
}
