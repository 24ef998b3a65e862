package dev.headgate.config;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The `redaction` processor. Patterns are RE2 texts that were proven to compile.
///
/// @param replacement what a masked text becomes, `****` by default
/// @param hashing how values are hashed, set when action is HASH
/// @param urlSanitizer null when it is off
/// @param dbSanitizer null when it is off
/// @param keyedTexts what the attributes of some keys hold
public record RedactionConfig(
    Keys keys,
    Values values,
    Action action,
    String replacement,
    @Nullable Hashing hashing,
    @Nullable UrlSanitizer urlSanitizer,
    @Nullable DbSanitizer dbSanitizer,
    KeyedTexts keyedTexts,
    Summary summary,
    Mode mode,
    Coverage coverage)
    implements ProcessorConfig {
  /// What a masked text becomes when nothing else is said, as in the Collector.
  public static final String DEFAULT_REPLACEMENT = "****";

  /// Checks that hashing says how.
  public RedactionConfig {
    if (action == Action.HASH && hashing == null) {
      throw new IllegalArgumentException("hash_function: missing (expected: set to hash)");
    }
  }

  /// The rules for keys.
  ///
  /// @param allowAll whether keys outside `allowed` are kept; false and an empty list removes every
  ///   attribute
  /// @param ignored keys that pass untouched
  /// @param ignoredPatterns patterns of such keys
  /// @param blockedPatterns patterns of keys whose values are redacted
  /// @param blocked exact names and globs (`*`) of such keys, where a leading `*.` also matches
  ///   nothing
  public record Keys(
      boolean allowAll,
      List<String> allowed,
      List<String> ignored,
      List<String> ignoredPatterns,
      List<String> blockedPatterns,
      List<String> blocked) {
    /// Copies the lists.
    public Keys {
      allowed = List.copyOf(allowed);
      ignored = List.copyOf(ignored);
      ignoredPatterns = List.copyOf(ignoredPatterns);
      blockedPatterns = List.copyOf(blockedPatterns);
      blocked = List.copyOf(blocked);
    }
  }

  /// The rules for values.
  ///
  /// @param blocked patterns; only the matching part of a value is replaced
  /// @param allowed patterns; a value in which one matches is left alone
  /// @param allTypes whether numbers, booleans and so on are judged by their text
  /// @param rulePacks rules that come with the gateway, behind `blocked`
  public record Values(
      List<String> blocked, List<String> allowed, boolean allTypes, List<RulePack> rulePacks) {
    /// Copies the lists.
    public Values {
      rulePacks = List.copyOf(rulePacks);
      blocked = List.copyOf(blocked);
      allowed = List.copyOf(allowed);
    }
  }

  /// How values are hashed.
  ///
  /// @param key of the HMACs
  public record Hashing(HashFunction function, @Nullable Secret key) {
    /// Checks that there is a key where one is needed, and that it is long enough.
    public Hashing {
      int least = function.minKeyBytes();
      int bytes = key == null ? 0 : key.reveal().getBytes(StandardCharsets.UTF_8).length;
      if (bytes < least) {
        throw new IllegalArgumentException(
            "hmac_key: "
                + (bytes == 0 ? "missing" : "too short")
                + " (expected: a key of at least "
                + least
                + " bytes)");
      }
    }
  }

  /// Patterns of URLs instead of URLs: `/users/*` for `/users/17?q=x`.
  ///
  /// @param attributes keys of URLs, among attributes or wherever the coverage reaches
  /// @param spanNames whether names of HTTP spans are sanitized
  public record UrlSanitizer(List<String> attributes, boolean spanNames) {
    /// Copies the list.
    public UrlSanitizer {
      attributes = List.copyOf(attributes);
    }
  }

  /// Statements without their literals.
  ///
  /// @param languages what is understood, in the order in which it is tried
  /// @param spanNames whether names of database spans are sanitized
  public record DbSanitizer(List<Language> languages, boolean spanNames) {
    /// Copies the list and checks that it is not empty.
    public DbSanitizer {
      languages = List.copyOf(languages);
      if (languages.isEmpty()) {
        throw new IllegalArgumentException("db_sanitizer: empty (expected: a language)");
      }
    }

    /// A language of statements.
    ///
    /// @param attributes keys of such statements, among attributes or wherever the coverage reaches
    public record Language(Database database, List<String> attributes) {
      /// Copies the list.
      public Language {
        attributes = List.copyOf(attributes);
      }
    }
  }

  /// Keys that tell what their texts hold.
  ///
  /// @param urls keys of URLs of which what stands behind `?` or `#` is cut off
  /// @param statements keys of statements, of any database, whose literals become `?`
  public record KeyedTexts(List<String> urls, List<String> statements) {
    /// No such key.
    public static final KeyedTexts NONE = new KeyedTexts(List.of(), List.of());

    /// Copies the lists.
    public KeyedTexts {
      urls = List.copyOf(urls);
      statements = List.copyOf(statements);
    }
  }

  /// Databases whose statements can be sanitized, in the order in which the Collector tries them.
  public enum Database {
    SQL,
    REDIS,
    VALKEY,
    MEMCACHED,
    MONGO,
    OPENSEARCH,
    ES
  }

  /// What happens to a matched value.
  public enum Action {
    MASK,
    DELETE,
    HASH
  }

  /// The functions that hash, with lower-case hex as their result.
  public enum HashFunction {
    MD5(0),
    SHA1(0),
    /// SHA3-256.
    SHA3(0),
    HMAC_SHA256(32),
    HMAC_SHA512(64);

    private final int minKeyBytes;

    HashFunction(int minKeyBytes) {
      this.minKeyBytes = minKeyBytes;
    }

    /// The least length of its key; 0 when it has none.
    public int minKeyBytes() {
      return minKeyBytes;
    }
  }

  /// What attributes say about the redaction beside them.
  public enum Summary {
    /// Nothing.
    SILENT,
    /// How many keys were removed, masked, allowed and ignored.
    INFO,
    /// Which ones, too.
    DEBUG
  }

  /// Whether data is changed or hits are only counted.
  public enum Mode {
    ENFORCE,
    AUDIT
  }

  /// Which strings are visited.
  public enum Coverage {
    ALL,
    COLLECTOR
  }
}
