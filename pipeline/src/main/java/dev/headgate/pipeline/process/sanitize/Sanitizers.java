package dev.headgate.pipeline.process.sanitize;

import dev.headgate.config.RedactionConfig.Database;
import dev.headgate.config.RedactionConfig.DbSanitizer;
import dev.headgate.config.RedactionConfig.DbSanitizer.Language;
import dev.headgate.config.RedactionConfig.KeyedTexts;
import dev.headgate.config.RedactionConfig.UrlSanitizer;
import dev.headgate.pipeline.wire.Utf8;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The sanitizers of one processor: which texts hold URLs or statements, and what becomes of them.
/// Decides as the Collector's redaction processor (0.155.0). Texts are UTF-8 and come back as they
/// are, the same array, when there is nothing to change.
///
/// **Threading:** immutable; any thread.
public final class Sanitizers {
  /// The role of every text in a body, which holds anything, beside those that its key gives it.
  public static final int BODY = 1 << 10;

  private static final byte[] ELLIPSIS = Utf8.bytes("...");
  private static final int URL = 1;
  private static final int QUERY = 2;
  private static final int ANY_STATEMENT = 4;
  private static final int FIRST_LANGUAGE = 8;

  private final @Nullable UrlClusters urls;
  private final Set<String> urlAttributes;
  private final boolean urlSpanNames;
  private final List<Language> languages;
  private final boolean dbSpanNames;
  private final Set<String> queries;
  private final Set<String> statements;

  /// Creates the sanitizers of a configuration; null is switched off.
  public Sanitizers(@Nullable UrlSanitizer url, @Nullable DbSanitizer db, KeyedTexts keyed) {
    this.urls = url == null ? null : new UrlClusters();
    this.urlAttributes = url == null ? Set.of() : Set.copyOf(url.attributes());
    this.urlSpanNames = url != null && url.spanNames();
    this.languages = db == null ? List.of() : db.languages();
    this.dbSpanNames = db != null && db.spanNames();
    this.queries = Set.copyOf(keyed.urls());
    this.statements = Set.copyOf(keyed.statements());
  }

  /// Whether nothing is ever sanitized.
  public boolean isEmpty() {
    return !concernsBodies() && !concernsAttributes();
  }

  /// Whether bodies of logs are looked at.
  public boolean concernsBodies() {
    return urls != null || !languages.isEmpty();
  }

  /// Whether names of spans are looked at.
  public boolean concernsSpanNames() {
    return urlSpanNames || dbSpanNames;
  }

  /// Whether any attribute is looked at.
  public boolean concernsAttributes() {
    return !urlAttributes.isEmpty()
        || !queries.isEmpty()
        || !statements.isEmpty()
        || languages.stream().anyMatch(language -> !language.attributes().isEmpty());
  }

  /// What stands under a key: bits for [#url] and [#statement], at most 10; 0 for nothing.
  public int roles(String key) {
    int roles = urlAttributes.contains(key) ? URL : 0;
    roles |= queries.contains(key) ? QUERY : 0;
    roles |= statements.contains(key) ? ANY_STATEMENT : 0;
    for (int i = 0; i < languages.size(); i++) {
      if (languages.get(i).attributes().contains(key)) {
        roles |= FIRST_LANGUAGE << i;
      }
    }
    return roles;
  }

  /// Whether a text with these roles holds statements.
  public static boolean areStatements(int roles) {
    return roles >= ANY_STATEMENT;
  }

  /// Whether a text with these roles holds statements of any database, none of whose values may
  /// stay.
  public static boolean areMasked(int roles) {
    return (roles & ANY_STATEMENT) != 0;
  }

  /// Whether a text with these roles holds URLs whose queries may not stay.
  public static boolean areCut(int roles) {
    return (roles & QUERY) != 0;
  }

  /// Sanitizes a text that holds a URL.
  public byte[] url(int roles, byte[] text) {
    byte[] result = (roles & (URL | BODY)) == 0 ? text : url(text);
    return areCut(roles) ? withoutQuery(result) : result;
  }

  /// A URL without its query and fragment; it need not be UTF-8.
  public static byte[] withoutQuery(byte[] url) {
    for (int i = 0; i < url.length; i++) {
      if (url[i] == '?' || url[i] == '#') {
        return Arrays.copyOf(url, i);
      }
    }
    return url;
  }

  private byte[] url(byte[] text) {
    return urls == null ? text : same(text, urls.of(text));
  }

  /// Sanitizes a text that holds a statement.
  ///
  /// @param system what stands beside it about the database, in lower case; empty when nothing
  /// @param guess whether every language that the text may be in is tried without a system
  /// @param dialects whether SQL is read as the system does; the Collector does so in names only
  public byte[] statement(int roles, byte[] text, String system, boolean guess, boolean dialects) {
    if (areMasked(roles)) {
      return same(text, Statements.withoutAny(text, system));
    }
    byte[] result = text;
    boolean mysql = dialects && isMySql(system);
    for (int i = 0; i < languages.size(); i++) {
      Database database = languages.get(i).database();
      boolean mayBe = system.isEmpty() ? guess : speaks(database, system);
      if (mayBe && (roles & (FIRST_LANGUAGE << i)) != 0) {
        result = same(result, Statements.without(database, result, mysql));
        if (!system.isEmpty()) {
          return result;
        }
      }
    }
    return result;
  }

  /// Sanitizes a text in a log's body: as a statement of every language.
  public byte[] bodyStatement(byte[] text) {
    byte[] result = text;
    for (Language language : languages) {
      result = same(result, Statements.without(language.database(), result, false));
    }
    return result;
  }

  /// What the name of a span has to do with.
  ///
  /// @param kind its kind, see OTLP's `SpanKind`
  /// @param http whether it has attributes of HTTP
  /// @param system what its attributes say about the database, in lower case; empty when nothing
  public record SpanFacts(int kind, boolean http, String system) {
    private static final int INTERNAL = 1;
    private static final int SERVER = 2;
    private static final int CLIENT = 3;

    private boolean isCall() {
      return kind == SERVER || kind == CLIENT;
    }

    private boolean mayBeStatement() {
      return (isCall() || kind == INTERNAL) && !system.isEmpty();
    }
  }

  /// Sanitizes the name of a span as a URL; null when it is none, or one of which nothing is left.
  public byte @Nullable [] spanNameUrl(byte[] name, SpanFacts span) {
    if (!urlSpanNames || !span.isCall() || (!span.http() && !contains(name, '/'))) {
      return null;
    }
    byte[] sanitized = url(name);
    return Arrays.equals(sanitized, name) || isAllStars(sanitized) ? null : usable(name, sanitized);
  }

  /// Sanitizes the name of a span as a statement.
  public byte[] spanNameStatement(byte[] name, SpanFacts span) {
    if (!dbSpanNames || !span.mayBeStatement()) {
      return name;
    }
    for (Language language : languages) {
      if (speaks(language.database(), span.system())) {
        byte[] sanitized = Statements.without(language.database(), name, isMySql(span.system()));
        return usable(name, same(name, sanitized));
      }
    }
    return name;
  }

  private static boolean isMySql(String system) {
    return system.equals("mysql");
  }

  private static boolean speaks(Database database, String system) {
    return switch (database) {
      case SQL ->
          switch (system) {
            case "other_sql", "mysql", "postgresql", "mariadb", "sqlite" -> true;
            default -> false;
          };
      case REDIS -> system.equals("redis");
      case VALKEY -> system.equals("valkey");
      case MEMCACHED -> system.equals("memcached");
      case MONGO -> system.equals("mongodb");
      case OPENSEARCH -> system.equals("opensearch");
      case ES -> system.equals("elasticsearch");
    };
  }

  private static byte[] same(byte[] text, byte[] result) {
    return Arrays.equals(text, result) ? text : result;
  }

  private static boolean contains(byte[] text, char c) {
    for (byte b : text) {
      if (b == c) {
        return true;
      }
    }
    return false;
  }

  /** Whether nothing but stars is left of a path: a name that says nothing. */
  private static boolean isAllStars(byte[] path) {
    boolean star = false;
    for (int i = 0; i < path.length; i++) {
      boolean alone =
          (i == 0 || path[i - 1] == '/') && (i + 1 == path.length || path[i + 1] == '/');
      if (path[i] == '*' && alone) {
        star = true;
      } else if (path[i] != '/') {
        return false;
      }
    }
    return star;
  }

  private static byte[] usable(byte[] name, byte[] sanitized) {
    boolean empty = sanitized.length == 0 || Utf8.equals(sanitized, 0, sanitized.length, ELLIPSIS);
    return empty ? name : sanitized;
  }
}
