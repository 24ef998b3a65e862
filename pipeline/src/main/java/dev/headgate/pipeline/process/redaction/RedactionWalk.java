package dev.headgate.pipeline.process.redaction;

import dev.headgate.pipeline.otlp.KeyValueCursor;
import dev.headgate.pipeline.process.regex.RegexSet;
import dev.headgate.pipeline.wire.MalformedInputException;
import dev.headgate.pipeline.wire.Utf8;
import dev.headgate.pipeline.wire.WireEditor;
import dev.headgate.pipeline.wire.WireScan;
import dev.headgate.pipeline.wire.WireType;
import dev.headgate.pipeline.wire.WireWriter;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One walk over a request that applies the rules. Reusable.
///
/// **Threading:** confined to one thread at a time.
final class RedactionWalk implements RegexSet.HitSink {
  private static final int MAX_DEPTH = 64;
  private static final int KEY_TAG = 0x0a;
  private static final int VALUE_TAG = 0x12;
  private static final int STRING_TAG = 0x0a;
  private static final int STRING = 1;
  private static final int ARRAY = 5;
  private static final int MAP = 6;
  private static final int BYTES = 7;
  private static final byte[] MASKED_KEY = Utf8.bytes("****");

  private final RedactionRules rules;
  private final RedactionMetrics.Bound counters;
  private final KeyValueCursor cursor = new KeyValueCursor();
  private final boolean hasKeyRules;
  private final boolean hasValueRules;
  private final boolean masksOnly;
  private final int[] hits;
  private final int[] touchedHits;
  private int touched;
  private static final byte[] EMPTY = {};

  private byte[] buffer = EMPTY;
  private WireEditor editor = new WireEditor();
  private int place;
  private int depth;

  RedactionWalk(RedactionRules rules, RedactionMetrics.Bound counters) {
    this.rules = rules;
    this.counters = counters;
    this.hasKeyRules = !rules.keys.isEmpty();
    this.hasValueRules = rules.values.size() > 0;
    this.masksOnly = !rules.audit && !rules.delete && !rules.hashes();
    this.hits = new int[counters.size()];
    this.touchedHits = new int[hits.length];
  }

  /// Walks a request; returns its new bytes, or null when nothing is changed.
  byte @Nullable [] run(byte[] bytes, VisitPlan plan, WireEditor contextEditor) {
    buffer = bytes;
    editor = contextEditor;
    depth = 0;
    editor.reset(bytes, 0, bytes.length);
    message(plan, 0, bytes.length);
    byte[] result = editor.finish();
    buffer = EMPTY; // it may be large, and this object outlives it
    bookHits();
    return result;
  }

  private void bookHits() {
    for (int i = 0; i < touched; i++) {
      int index = touchedHits[i];
      counters.add(index, hits[index]);
      hits[index] = 0;
    }
    touched = 0;
  }

  /** A rule for values has matched in a text of the current place. */
  @Override
  public void hit(int valueRule) {
    countValue(valueRule, place);
  }

  private void countValue(int valueRule, int where) {
    count(rules.counted(valueRule), where);
    int secret = valueRule - rules.values.patterns();
    if (secret >= 0) {
      counters.addSecret(secret);
    }
  }

  private void count(int rule, int where) {
    int index = RedactionMetrics.Bound.index(rule, where);
    if (hits[index]++ == 0) {
      touchedHits[touched++] = index;
    }
  }

  private void message(VisitPlan plan, int from, int to) {
    byte[] b = buffer;
    int at = from;
    while (at < to) {
      int tagStart = at;
      int tag = b[at++];
      if (tag < 0) {
        tag = (int) WireScan.varint(b, tagStart);
        at = WireScan.varintEnd(b, tagStart);
      }
      if (WireType.type(tag) != WireType.LENGTH_DELIMITED) {
        at = WireScan.skip(b, tag, at);
        continue;
      }
      int lengthStart = at;
      int length = b[at++];
      if (length < 0) {
        length = (int) WireScan.varint(b, lengthStart);
        at = WireScan.varintEnd(b, lengthStart);
      }
      int end = end(at, length, to);
      int field = WireType.field(tag);
      int action = plan.action(field);
      if (action == VisitPlan.MESSAGE) {
        editor.enter(tagStart, lengthStart, at, end);
        message(plan.child(field), at, end);
        editor.leave();
      } else if (action == VisitPlan.ATTRIBUTE) {
        place = plan.place(field);
        keyValue(tagStart, lengthStart, at, end, true);
        end = moreAttributes(tag, end, to);
      } else if (action != VisitPlan.SKIP) {
        leaf(plan, tagStart, lengthStart, at, end);
      }
      at = end;
    }
  }

  /** Visits the attributes that follow one another, as they nearly always do. */
  private int moreAttributes(int tag, int from, int to) {
    byte[] b = buffer;
    int at = from;
    while (at < to && b[at] == tag) {
      int tagStart = at;
      int body = at + 2;
      int length = b[at + 1];
      if (length < 0) {
        length = (int) WireScan.varint(b, tagStart + 1);
        body = WireScan.varintEnd(b, tagStart + 1);
      }
      at = end(body, length, to);
      keyValue(tagStart, tagStart + 1, body, at, true);
    }
    return at;
  }

  private void leaf(VisitPlan plan, int tagStart, int lengthStart, int from, int to) {
    int field = WireType.field((int) WireScan.varint(buffer, tagStart));
    switch (plan.action(field)) {
      case VisitPlan.TEXT -> {
        place = plan.place(field);
        text(lengthStart, from, to, false);
      }
      case VisitPlan.BODY -> {
        place = plan.place(field);
        if (!isDone(from, to)) {
          editor.enter(tagStart, lengthStart, from, to);
          anyValue(from, to, false);
          editor.leave();
        }
      }
      case VisitPlan.TRACE_ID -> id(tagStart, from, to, 16);
      case VisitPlan.SPAN_ID -> id(tagStart, from, to, 8);
      default -> unknown(tagStart, from, to);
    }
  }

  private void id(int tagStart, int from, int to, int idBytes) {
    if (to - from != idBytes && to != from) {
      unknown(tagStart, from, to);
    }
  }

  /** Removes a field that nobody understands when a rule for values matches in its bytes. */
  private void unknown(int tagStart, int from, int to) {
    if (!rules.all || !hasValueRules) {
      return;
    }
    int rule = rules.values.firstMatchInBytes(buffer, from, to);
    if (rule >= 0) {
      countValue(rule, Place.UNKNOWN.index());
      if (!rules.audit) {
        editor.delete(tagStart, to);
      }
    }
  }

  /**
   * Applies the rules to one KeyValue. Most have the canonical shape and nothing to redact: those
   * cost one look at the key, and one at the text of the value where there are rules for values.
   */
  private void keyValue(int tagStart, int lengthStart, int from, int to, boolean top) {
    byte[] b = buffer;
    int keyFrom;
    int keyTo;
    boolean canonical = from < to && b[from] == KEY_TAG;
    if (canonical) {
      keyFrom = from + 2;
      int length = b[from + 1];
      if (length < 0) {
        keyFrom = WireScan.varintEnd(b, from + 1);
        length = (int) WireScan.varint(b, from + 1);
      }
      keyTo = end(keyFrom, length, to);
    } else {
      cursor.read(b, from, to);
      keyFrom = cursor.keyFrom();
      keyTo = cursor.keyTo();
    }

    int decision = hasKeyRules ? rules.decisions.of(b, keyFrom, keyTo) : 0;
    if (decision != 0) {
      if ((decision & KeyRules.IGNORED) != 0) {
        return;
      }
      if ((decision & KeyRules.NOT_ALLOWED) != 0 && (top || inBody())) {
        count(RedactionRules.ALLOWED_KEYS, place);
        remove(tagStart, to);
        return;
      }
      if (KeyRules.rule(decision) >= 0) {
        count(RedactionRules.FIRST_KEY_RULE + KeyRules.rule(decision), place);
        if (canonical && masksOnly && (decision & KeyRules.SECRET_KEY) == 0) {
          mask(lengthStart, from, keyTo, to);
        } else {
          blocked(decision, tagStart, lengthStart, from, to);
        }
        return;
      }
    }

    boolean secretKey = (decision & KeyRules.SECRET_KEY) != 0;
    if (!secretKey && canonical && (keyTo == to || isDoneValue(keyTo, to))) {
      return;
    }
    enterKeyValue(tagStart, lengthStart, from, to, secretKey);
  }

  /** Whether the rest of a KeyValue is one value with nothing to do in it. */
  private boolean isDoneValue(int at, int to) {
    byte[] b = buffer;
    if (b[at] != VALUE_TAG) {
      return false;
    }
    int from = at + 2;
    int length = b[at + 1];
    if (length < 0) {
      from = WireScan.varintEnd(b, at + 1);
      length = (int) WireScan.varint(b, at + 1);
    }
    return from + length == to && isDone(from, to);
  }

  /** Whether there is certainly nothing to do in an AnyValue; a false costs time, no more. */
  private boolean isDone(int from, int to) {
    byte[] b = buffer;
    if (from == to) {
      return true;
    }
    int tag = b[from];
    if (tag == STRING_TAG) {
      int text = WireScan.varintEnd(b, from + 1);
      return text + (int) WireScan.varint(b, from + 1) == to
          && (!hasValueRules || !rules.values.mayMatch(b, text, to));
    }
    int field = WireType.field(tag);
    if (!descends() || WireType.type(tag) != WireType.LENGTH_DELIMITED) {
      // A number, or something that is not looked into: done, unless something stands behind it.
      return WireScan.skip(b, tag, from + 1) == to;
    }
    return field == BYTES && !hasValueRules;
  }

  private boolean inBody() {
    return place == Place.LOG_BODY.index();
  }

  /** Whether lists and maps are visited here. */
  private boolean descends() {
    return rules.all || inBody();
  }

  /** Puts the mask behind the key of a KeyValue, unless it is there already. */
  private void mask(int lengthStart, int from, int keyTo, int to) {
    byte[] mask = rules.maskField;
    if (!Utf8.equals(buffer, keyTo, to, mask)) {
      WireWriter out = editor.edit(lengthStart, to);
      out.writeVarint(keyTo - from + mask.length);
      out.writeRaw(buffer, from, keyTo);
      out.writeRaw(mask, 0, mask.length);
    }
  }

  /** Does what the action says to a KeyValue whose key is blocked. */
  private void blocked(int decision, int tagStart, int lengthStart, int from, int to) {
    if (rules.delete) {
      remove(tagStart, to);
      return;
    }
    cursor.read(buffer, from, to);
    if ((decision & KeyRules.SECRET_KEY) != 0) {
      byte[] key = rewriteKey(cursor.keyFrom(), cursor.keyTo());
      if (!rules.audit) {
        replaceValue(lengthStart, to, key, 0, key.length);
      }
    } else if (!rules.audit) {
      replaceValue(lengthStart, to, buffer, cursor.keyFrom(), cursor.keyTo());
    }
  }

  /** Writes the KeyValue under the cursor anew: its key, a replacement, and nothing else. */
  private void replaceValue(int lengthStart, int to, byte[] key, int keyFrom, int keyTo) {
    byte[] replacement = rules.replacementField(buffer, cursor.valueFrom(), cursor.valueTo());
    WireWriter out = editor.edit(lengthStart, to);
    RedactionRules.writeKeyValue(out, key, keyFrom, keyTo, replacement);
  }

  private byte[] rewriteKey(int from, int to) {
    byte[] key = rules.values.rewrite(buffer, from, to, this);
    if (key == null) {
      return Arrays.copyOfRange(buffer, from, to);
    }
    // An attribute without a key is none; the structure has to survive.
    return key.length == 0 ? MASKED_KEY : key;
  }

  private void enterKeyValue(int tagStart, int lengthStart, int from, int to, boolean secretKey) {
    editor.enter(tagStart, lengthStart, from, to);
    boolean delete = false;
    int at = from;
    while (at < to) {
      int fieldStart = at;
      int tag = (int) WireScan.varint(buffer, at);
      int valueStart = WireScan.varintEnd(buffer, at);
      at = WireScan.skip(buffer, tag, valueStart);
      if (WireType.type(tag) != WireType.LENGTH_DELIMITED) {
        continue;
      }
      int body = WireScan.varintEnd(buffer, valueStart);
      end(body, at - body, to);
      if (tag == KEY_TAG) {
        delete |= secretKey && key(valueStart, body, at);
      } else if (tag == VALUE_TAG) {
        editor.enter(fieldStart, valueStart, body, at);
        delete |= anyValue(body, at, true);
        editor.leave();
      } else {
        unknown(fieldStart, body, at);
      }
    }
    if (delete && !rules.audit) {
      editor.leaveAndDelete();
    } else {
      editor.leave();
    }
  }

  /** Rewrites a key in which a rule for values matches; true when its KeyValue is to be removed. */
  private boolean key(int lengthStart, int from, int to) {
    if (rules.delete) {
      return text(lengthStart, from, to, true);
    }
    byte[] key = rewriteKey(from, to);
    if (!rules.audit && !Utf8.equals(buffer, from, to, key)) {
      replace(lengthStart, to, key);
    }
    return false;
  }

  /**
   * Applies the rules inside an AnyValue that was entered.
   *
   * @param removable whether there is a KeyValue around it
   * @return whether that KeyValue is to be removed
   */
  private boolean anyValue(int from, int to, boolean removable) {
    if (++depth > MAX_DEPTH) {
      throw new MalformedInputException(from, "values nested too deep");
    }
    boolean delete = false;
    int at = from;
    while (at < to) {
      int fieldStart = at;
      int tag = (int) WireScan.varint(buffer, at);
      int valueStart = WireScan.varintEnd(buffer, at);
      at = WireScan.skip(buffer, tag, valueStart);
      if (WireType.type(tag) != WireType.LENGTH_DELIMITED) {
        continue;
      }
      int body = WireScan.varintEnd(buffer, valueStart);
      end(body, at - body, to);
      int field = WireType.field(tag);
      if (field == STRING) {
        delete |= text(valueStart, body, at, removable);
      } else if (field == BYTES) {
        delete |= rules.all && bytes(fieldStart, body, at, removable);
      } else if (field != ARRAY && field != MAP) {
        unknown(fieldStart, body, at);
      } else if (descends()) {
        editor.enter(fieldStart, valueStart, body, at);
        delete |= elements(field, body, at, removable);
        editor.leave();
      }
    }
    depth--;
    return delete;
  }

  /** Applies the rules to the elements of a list or map that was entered. */
  private boolean elements(int kind, int from, int to, boolean removable) {
    boolean delete = false;
    int at = from;
    while (at < to) {
      int fieldStart = at;
      int tag = (int) WireScan.varint(buffer, at);
      int valueStart = WireScan.varintEnd(buffer, at);
      at = WireScan.skip(buffer, tag, valueStart);
      if (WireType.type(tag) != WireType.LENGTH_DELIMITED) {
        continue;
      }
      int body = WireScan.varintEnd(buffer, valueStart);
      end(body, at - body, to);
      if (WireType.field(tag) != 1) {
        unknown(fieldStart, body, at);
      } else if (kind == MAP) {
        keyValue(fieldStart, valueStart, body, at, false);
      } else if (!isDone(body, at)) {
        editor.enter(fieldStart, valueStart, body, at);
        delete |= anyValue(body, at, removable);
        editor.leave();
      }
    }
    return delete;
  }

  /** Applies the rules for values to a text; true when the KeyValue around it is to be removed. */
  private boolean text(int lengthStart, int from, int to, boolean removable) {
    if (!hasValueRules) {
      return false;
    }
    if (rules.delete && removable) {
      int rule = rules.values.firstMatch(buffer, from, to);
      if (rule >= 0) {
        hit(rule);
      }
      return rule >= 0;
    }
    byte[] changed = rules.values.rewrite(buffer, from, to, this);
    if (changed != null && !rules.audit) {
      replace(lengthStart, to, changed);
    }
    return false;
  }

  private boolean bytes(int tagStart, int from, int to, boolean removable) {
    if (!hasValueRules) {
      return false;
    }
    if (Utf8.isValid(buffer, from, to)) {
      return text(tagStart + 1, from, to, removable);
    }
    int rule = rules.values.firstMatchInBytes(buffer, from, to);
    if (rule < 0) {
      return false;
    }
    hit(rule);
    if (rules.delete && removable) {
      return true;
    }
    if (!rules.audit) {
      byte[] replacement = rules.replacement(buffer, tagStart, to);
      editor.edit(tagStart, to).writeRaw(replacement, 0, replacement.length);
    }
    return false;
  }

  private void remove(int from, int to) {
    if (!rules.audit) {
      editor.delete(from, to);
    }
  }

  private void replace(int lengthStart, int to, byte[] text) {
    WireWriter out = editor.edit(lengthStart, to);
    out.writeVarint(text.length);
    out.writeRaw(text, 0, text.length);
  }

  /** The end of a length-delimited field, proven to lie inside the message around it. */
  private static int end(int from, int length, int to) {
    if (length < 0 || length > to - from) {
      throw new MalformedInputException(from, "length beyond the end");
    }
    return from + length;
  }
}
