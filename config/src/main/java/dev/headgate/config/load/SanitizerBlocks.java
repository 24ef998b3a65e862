package dev.headgate.config.load;

import dev.headgate.config.RedactionConfig.Database;
import dev.headgate.config.RedactionConfig.DbSanitizer;
import dev.headgate.config.RedactionConfig.DbSanitizer.Language;
import dev.headgate.config.RedactionConfig.UrlSanitizer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `url_sanitizer` and `db_sanitizer` of the `redaction` processor.
final class SanitizerBlocks {
  private static final ListType<String> ATTRIBUTES = ListType.ofNames(Types.NAME, "keys");

  private static final Key<Boolean> ENABLED =
      Key.of("enabled", Types.BOOL, false, "whether it does anything");
  private static final Key<List<String>> URL_ATTRIBUTES =
      Key.of(
          "attributes",
          ATTRIBUTES,
          List.of(),
          "keys of URLs: attributes, and unless `coverage: collector` keys inside of their maps");
  private static final Key<Boolean> URL_SPAN_NAMES =
      Key.of("sanitize_span_name", Types.BOOL, true, "also names of HTTP spans");
  private static final Key<List<String>> STATEMENT_ATTRIBUTES =
      Key.of(
          "attributes",
          ATTRIBUTES,
          List.of(),
          "keys of statements, in the same places as those of URLs");
  private static final Key<Boolean> DB_SPAN_NAMES =
      Key.of("sanitize_span_name", Types.BOOL, true, "also names of database spans");

  private static final Key<Switched> SQL = language("sql", "SQL");
  private static final Key<Switched> REDIS = language("redis", "Redis commands");
  private static final Key<Switched> VALKEY = language("valkey", "Valkey commands");
  private static final Key<Switched> MEMCACHED = language("memcached", "Memcached commands");
  private static final Key<Switched> MONGO = language("mongo", "MongoDB queries in JSON");
  private static final Key<Switched> OPENSEARCH = bodies("opensearch", "OpenSearch");
  private static final Key<Switched> ES = bodies("es", "Elasticsearch");

  static final Key<Url> URL_SANITIZER =
      Key.block(
          "url_sanitizer",
          Block.of(SanitizerBlocks::url, ENABLED, URL_ATTRIBUTES, URL_SPAN_NAMES),
          "ids in the paths of URLs become `*`, queries are cut off; in log bodies too");
  static final Key<Db> DB_SANITIZER =
      Key.block(
          "db_sanitizer",
          Block.of(
              SanitizerBlocks::db,
              SQL,
              REDIS,
              VALKEY,
              MEMCACHED,
              MONGO,
              OPENSEARCH,
              ES,
              DB_SPAN_NAMES),
          "literals in statements become `?`; in log bodies too");

  private SanitizerBlocks() {}

  /// The URL sanitizer, or none.
  record Url(@Nullable UrlSanitizer sanitizer) {}

  /// The sanitizer of statements, or none.
  record Db(@Nullable DbSanitizer sanitizer) {}

  /// A language that is switched on or off.
  private record Switched(boolean on, List<String> attributes) {}

  private static Key<Switched> language(String name, String meaning) {
    return Key.block(
        name,
        Block.of(
            v -> new Switched(v.get(ENABLED), v.get(STATEMENT_ATTRIBUTES)),
            ENABLED,
            STATEMENT_ATTRIBUTES),
        meaning);
  }

  private static Key<Switched> bodies(String name, String database) {
    return Key.block(
        name,
        Block.of(v -> new Switched(v.get(ENABLED), List.of()), ENABLED)
            .harmless("the Collector ignores it too", "attributes"),
        database + " queries in JSON, in log bodies and span names only");
  }

  private static Url url(Values v) {
    return new Url(
        v.get(ENABLED) ? new UrlSanitizer(v.get(URL_ATTRIBUTES), v.get(URL_SPAN_NAMES)) : null);
  }

  private static Db db(Values v) {
    List<Language> languages = new ArrayList<>();
    add(languages, Database.SQL, v.get(SQL));
    add(languages, Database.REDIS, v.get(REDIS));
    add(languages, Database.VALKEY, v.get(VALKEY));
    add(languages, Database.MEMCACHED, v.get(MEMCACHED));
    add(languages, Database.MONGO, v.get(MONGO));
    add(languages, Database.OPENSEARCH, v.get(OPENSEARCH));
    add(languages, Database.ES, v.get(ES));
    return new Db(
        languages.isEmpty() ? null : new DbSanitizer(List.copyOf(languages), v.get(DB_SPAN_NAMES)));
  }

  private static void add(List<Language> languages, Database database, Switched language) {
    if (language.on()) {
      languages.add(new Language(database, language.attributes()));
    }
  }
}
