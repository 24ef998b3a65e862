package dev.headgate.config.load;

import org.jspecify.annotations.Nullable;

/// One honoured key of a block: its name, type, default and meaning.
///
/// Two keys are the same only if they are the same object.
final class Key<T> {
  private final String name;
  private final Type<T> type;
  private final Absence absence;
  private final @Nullable T defaultValue;
  private final String shownDefault;
  private final String meaning;

  /// What a key that is not in the file means.
  enum Absence {
    /// It has its default, or none.
    DEFAULT,
    /// An error.
    REQUIRED,
    /// An empty map of keys.
    EMPTY_BLOCK,
    /// Switched off; `key:` without a value switches it on with the defaults.
    OFF
  }

  private Key(
      String name,
      Type<T> type,
      Absence absence,
      @Nullable T defaultValue,
      String shownDefault,
      String meaning) {
    this.name = name;
    this.type = type;
    this.absence = absence;
    this.defaultValue = defaultValue;
    this.shownDefault = shownDefault;
    this.meaning = meaning;
  }

  /// A key with a default.
  static <T> Key<T> of(String name, Type<T> type, T defaultValue, String meaning) {
    String shown = type.show(defaultValue);
    return new Key<>(name, type, Absence.DEFAULT, defaultValue, shown, meaning);
  }

  /// A key that has no value unless given; `shownDefault` says what that means.
  static <T> Key<T> optional(String name, Type<T> type, String shownDefault, String meaning) {
    return new Key<>(name, type, Absence.DEFAULT, null, shownDefault, meaning);
  }

  /// A key that must be there.
  static <T> Key<T> required(String name, Type<T> type, String meaning) {
    return new Key<>(name, type, Absence.REQUIRED, null, "required", meaning);
  }

  /// A block of keys that all have their defaults when it is absent.
  static <T> Key<T> block(String name, Block<T> block, String meaning) {
    return new Key<>(name, block, Absence.EMPTY_BLOCK, null, "", meaning);
  }

  /// A block that is switched on by being there, even without a value.
  static <T> Key<T> presence(String name, Block<T> block, String shownDefault, String meaning) {
    return new Key<>(name, block, Absence.OFF, null, shownDefault, meaning);
  }

  String name() {
    return name;
  }

  Type<T> type() {
    return type;
  }

  /// Whether `key:` without a value is an empty block, and not the same as no key at all.
  boolean nullIsEmptyBlock() {
    return absence == Absence.EMPTY_BLOCK || absence == Absence.OFF;
  }

  Absence absence() {
    return absence;
  }

  @Nullable T defaultValue() {
    return defaultValue;
  }

  String shownDefault() {
    return shownDefault;
  }

  String meaning() {
    return meaning;
  }
}
