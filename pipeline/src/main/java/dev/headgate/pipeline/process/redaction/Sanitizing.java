package dev.headgate.pipeline.process.redaction;

import dev.headgate.pipeline.otlp.AnyValueCursor;
import dev.headgate.pipeline.otlp.AttributeLookup;
import dev.headgate.pipeline.process.sanitize.Sanitizers;
import dev.headgate.pipeline.process.sanitize.Sanitizers.SpanFacts;
import dev.headgate.pipeline.wire.Utf8;
import dev.headgate.pipeline.wire.WireScan;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Applies the sanitizers behind the rules for values.
///
/// **Threading:** confined to one thread at a time.
final class Sanitizing {
  private static final int MAX_MAPS = 64;
  private static final int MAP_ENTRIES = 1;
  private static final int KIND_TAG = 6 << 3;
  private static final byte[][] SYSTEM_KEYS = {
    Utf8.bytes("db.system.name"), Utf8.bytes("db.system")
  };
  private static final byte[][] HTTP_KEYS = {
    Utf8.bytes("http.route"),
    Utf8.bytes("http.request.method"),
    Utf8.bytes("http.request.method_original"),
    Utf8.bytes("http.response.status_code"),
    Utf8.bytes("url.full"),
    Utf8.bytes("http.scheme"),
    Utf8.bytes("http.target"),
    Utf8.bytes("http.method"),
    Utf8.bytes("http.url")
  };

  private final RedactionRules rules;
  private final Edits edits;
  private final Sanitizers sanitizers;
  private final Remains remains;
  private final AttributeLookup lookup = new AttributeLookup();
  private final AnyValueCursor value = new AnyValueCursor();
  // The maps around what is being visited, and what was found in them; null where nobody asked.
  private final int[] mapFroms = new int[MAX_MAPS];
  private final int[] mapTos = new int[MAX_MAPS];
  private final @Nullable String[] mapSystems = new String[MAX_MAPS];
  private int maps;
  private boolean ofLogs;

  Sanitizing(RedactionRules rules, Edits edits, Remains remains) {
    this.rules = rules;
    this.edits = edits;
    this.sanitizers = rules.sanitizers;
    this.remains = remains;
  }

  /// Begins with a request.
  ///
  /// @param logs whether it holds logs, which do not say what database they speak of
  void start(boolean logs) {
    ofLogs = logs;
  }

  /// Sanitizes a text.
  ///
  /// @param roles what it is: [KeyRules#roles] or [Sanitizers#BODY], or both
  /// @param changed what rules for values made of it, null when nothing
  /// @return the new text, or null when it is the same as before
  byte @Nullable [] text(
      int roles, byte @Nullable [] changed, byte[] text, int from, int to, AttributeOwner owner) {
    if (roles == 0) {
      return changed;
    }
    byte[] given = changed != null ? changed : Arrays.copyOfRange(text, from, to);
    byte[] plain = sanitizers.url(roles, given);
    if (!Arrays.equals(plain, given)) {
      edits.count(rules.urlRule);
    }
    byte[] result = statement(roles, plain, owner);
    if (!Arrays.equals(result, plain)) {
      edits.count(rules.statementRule);
    }
    return Arrays.equals(result, given) ? changed : result;
  }

  private byte[] statement(int roles, byte[] text, AttributeOwner owner) {
    if (!Sanitizers.areStatements(roles)) {
      return text;
    }
    if ((roles & Sanitizers.BODY) != 0 && !Sanitizers.areMasked(roles)) {
      return sanitizers.bodyStatement(text);
    }
    return sanitizers.statement(roles, text, databaseSystem(owner), ofLogs, rules.all);
  }

  /// A map begins whose entries are in `[from, to)`: what it says about the database counts before
  /// what the maps and attributes around it say.
  void enterMap(int from, int to) {
    mapFroms[maps] = from;
    mapTos[maps] = to;
    mapSystems[maps++] = null;
  }

  /// The map that was entered last ends.
  void leaveMap() {
    maps--;
  }

  private String databaseSystem(AttributeOwner owner) {
    for (int i = maps - 1; i >= 0; i--) {
      String inMap = mapSystems[i];
      if (inMap == null) {
        inMap = system(mapFroms[i], mapTos[i], MAP_ENTRIES, false);
        mapSystems[i] = inMap;
      }
      if (!inMap.isEmpty()) {
        return inMap;
      }
    }
    String system = owner.databaseSystem();
    if (system == null) {
      system = system(owner, false);
      owner.keepDatabaseSystem(system);
    }
    return system;
  }

  /// Sanitizes the name of a span.
  byte[] spanName(byte[] name, AttributeOwner span) {
    SpanFacts facts = new SpanFacts(kind(span), isHttp(span), system(span, true));
    byte[] plain = sanitizers.spanNameUrl(name, facts);
    if (plain != null) {
      if (!Arrays.equals(plain, name)) {
        edits.count(rules.urlRule);
      }
      return plain;
    }
    byte[] result = sanitizers.spanNameStatement(name, facts);
    if (!Arrays.equals(result, name)) {
      edits.count(rules.statementRule);
    }
    return result;
  }

  private int kind(AttributeOwner span) {
    byte[] buffer = edits.buffer();
    int at = span.from();
    while (at < span.to()) {
      int tag = (int) WireScan.varint(buffer, at);
      int body = WireScan.varintEnd(buffer, at);
      if (tag == KIND_TAG) {
        return (int) WireScan.varint(buffer, body);
      }
      at = WireScan.skip(buffer, tag, body);
    }
    return 0;
  }

  private boolean find(AttributeOwner owner, byte[] key) {
    int field = owner.plan().attributesField();
    return lookup.find(edits.buffer(), owner.from(), owner.to(), field, key);
  }

  private boolean isHttp(AttributeOwner span) {
    for (byte[] key : HTTP_KEYS) {
      int decision = rules.decisions.of(key, 0, key.length);
      boolean kept = (decision & (KeyRules.IGNORED | KeyRules.NOT_ALLOWED)) != KeyRules.NOT_ALLOWED;
      if (kept && find(span, key)) {
        return true;
      }
    }
    return false;
  }

  private String system(AttributeOwner owner, boolean left) {
    return system(owner.from(), owner.to(), owner.plan().attributesField(), left);
  }

  /**
   * What attributes or entries of a map say about the database, in lower case; empty when they say
   * nothing.
   *
   * @param field the number of the field that holds them, in the message
   * @param left whether what the rules leave of them counts, or what they were
   */
  private String system(int messageFrom, int messageTo, int field, boolean left) {
    for (byte[] key : SYSTEM_KEYS) {
      byte[] buffer = edits.buffer();
      if (lookup.find(buffer, messageFrom, messageTo, field, key)) {
        int from = lookup.valueFrom();
        int to = lookup.valueTo();
        if (left) {
          buffer = remains.of(key, 0, key.length, buffer, from, to, _ -> {});
          from = 0;
          to = buffer == null ? 0 : buffer.length;
        }
        String system = buffer == null ? "" : text(buffer, from, to);
        if (!system.isEmpty()) {
          return system.toLowerCase(Locale.ROOT);
        }
      }
    }
    return "";
  }

  private String text(byte[] buffer, int from, int to) {
    value.read(buffer, from, to);
    return value.kind() == AnyValueCursor.Kind.STRING
        ? Utf8.text(buffer, value.from(), value.to())
        : "";
  }
}
