package dev.headgate.pipeline.process.redaction;

import dev.headgate.pipeline.otlp.KeyValueCursor;
import dev.headgate.pipeline.process.sanitize.Sanitizers;
import dev.headgate.pipeline.wire.MalformedInputException;
import dev.headgate.pipeline.wire.WireScan;
import dev.headgate.pipeline.wire.WireType;

/// Visits attributes and bodies down to the last string, keys and unknown fields included.
///
/// **Threading:** confined to one thread at a time.
final class FullWalk implements AttributeWalk {
  private static final int MAX_DEPTH = 64;
  private static final int KEY_TAG = 0x0a;
  private static final int VALUE_TAG = 0x12;
  private static final int STRING_TAG = 0x0a;
  private static final int STRING = 1;
  private static final int ARRAY = 5;
  private static final int MAP = 6;
  private static final int BYTES = 7;

  // Strings, booleans, integers, doubles and bytes, by their tags.
  private static final long SCALAR_TAGS =
      1L << 0x0a | 1L << 0x10 | 1L << 0x18 | 1L << 0x21 | 1L << 0x3a;
  private static final int MIN_ATTRIBUTE_BYTES = 8;

  private final RedactionRules rules;
  private final Edits edits;
  private final Texts texts;
  private final Sanitizing sanitizing;
  private final KeySequence keys;
  private final boolean hasKeyRules;
  private final boolean hasValueRules;
  private final boolean judgesKeysAlone;
  private final boolean masksByKey;
  private final boolean judgesAllTypes;
  private final int bodyRoles;
  private final KeyValueCursor cursor = new KeyValueCursor();
  private final ValueText value = new ValueText();
  private final BodyPath path = new BodyPath();
  private int depth;
  // The key that is being judged.
  private int judgedFrom;
  private int judgedTo;
  private int judgedDecision;
  private int judgedEnd;
  // What an attribute or the body asks for: to judge what is no text, and to look at every text.
  private boolean judgesScalars;
  private boolean visitsAllTexts;
  // Set while an attribute is visited whose value is allowed, in whole or in part.
  private boolean allowed;

  FullWalk(RedactionRules rules, Edits edits, Texts texts, Sanitizing sanitizing) {
    this.rules = rules;
    this.edits = edits;
    this.texts = texts;
    this.sanitizing = sanitizing;
    this.keys = new KeySequence(rules.decisions);
    this.hasKeyRules = !rules.keys.isEmpty();
    this.hasValueRules = rules.values.size() > 0;
    this.judgesKeysAlone = hasKeyRules && !hasValueRules && !rules.countsAllowed;
    this.masksByKey =
        judgesKeysAlone && !rules.delete && !rules.masking.hashes() && !rules.hasAllowedValues();
    this.bodyRoles = rules.sanitizers.concernsBodies() ? Sanitizers.BODY : 0;
    this.judgesAllTypes = rules.allTypes && (hasValueRules || rules.countsAllowed);
    this.judgesScalars = judgesAllTypes;
    this.visitsAllTexts = rules.countsAllowed;
  }

  @Override
  public int simpleAttributes(int tag, int from, int to) {
    if (!judgesKeysAlone) {
      return from;
    }
    int at = skipClean(tag, from, to);
    while (judgedDecision != 0 && masksByKey && KeyRules.isBlockedOnly(judgedDecision)) {
      edits.count(RedactionRules.FIRST_KEY_RULE + KeyRules.rule(judgedDecision));
      byte[] field = rules.masking.maskField();
      int key = judgedFrom;
      edits.replaceValue(at + 1, key - 2, judgedEnd, edits.buffer(), key, judgedTo, field);
      at = skipClean(tag, judgedEnd, to);
    }
    return at;
  }

  /**
   * Steps over attributes without a hit. A loop of its own: with the masking in it, it was slower
   * by a fifth.
   */
  private int skipClean(int tag, int from, int to) {
    byte[] b = edits.buffer();
    judgedDecision = 0;
    int at = from;
    while (to - at >= MIN_ATTRIBUTE_BYTES && b[at] == tag) {
      int body = at + 2;
      int length = b[at + 1];
      if (length < 0) {
        body = WireScan.varintEnd(b, at + 1);
        length = (int) WireScan.varint(b, at + 1);
      }
      int end = Edits.end(body, length, to);
      int key = body + 2;
      int value = end - body < 2 ? end : key + b[body + 1];
      boolean usual =
          end - value >= 4 && value >= key && b[body] == KEY_TAG && b[value] == VALUE_TAG;
      if (!usual || !isScalar(memberTag(b, value))) {
        return at;
      }
      int decision = keys.next(b, key, value);
      if (decision != 0) {
        judgedDecision = decision;
        judgedFrom = key;
        judgedTo = value;
        judgedEnd = end;
        return at;
      }
      at = end;
    }
    return at;
  }

  /** The tag of what stands in the value field that begins here; 0 where its length is longer. */
  private static int memberTag(byte[] b, int value) {
    if (b[value + 1] >= 0) {
      return b[value + 2];
    }
    return b[value + 2] >= 0 ? b[value + 3] : 0;
  }

  /** Whether a field of an AnyValue certainly has no keys in it. */
  private static boolean isScalar(int tag) {
    return tag > 0 && tag < Long.SIZE && (SCALAR_TAGS >>> tag & 1) != 0;
  }

  @Override
  public void attribute(int tagStart, int lengthStart, int from, int to, AttributeOwner owner) {
    keyValue(tagStart, lengthStart, from, to, owner);
  }

  private void setRoles(int roles) {
    texts.setRoles(roles);
    visitsAllTexts = rules.countsAllowed || roles != 0;
  }

  @Override
  public void body(int tagStart, int lengthStart, int from, int to, AttributeOwner owner) {
    // As the Collector does, whatever redact_all_types says.
    judgesScalars = hasValueRules || rules.countsAllowed;
    setRoles(bodyRoles);
    path.reset();
    if (!isDone(from, to)) {
      edits.editor().enter(tagStart, lengthStart, from, to);
      anyValue(from, to, false, owner);
      edits.editor().leave();
    }
    setRoles(0);
    judgesScalars = judgesAllTypes;
  }

  @Override
  public void missingBody(int field, int at, AttributeOwner owner) {
    // Nothing is nothing.
  }

  @Override
  public void end() {
    value.clear();
  }

  /**
   * Applies the rules to one KeyValue. Most have the canonical shape and nothing to redact: those
   * cost one look at the key, and one at the text of the value where there are rules for values.
   */
  private void keyValue(int tagStart, int lengthStart, int from, int to, AttributeOwner owner) {
    byte[] b = edits.buffer();
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
      keyTo = Edits.end(keyFrom, length, to);
    } else {
      cursor.read(b, from, to);
      keyFrom = cursor.keyFrom();
      keyTo = cursor.keyTo();
    }

    int decision = hasKeyRules ? rules.decisions.of(b, keyFrom, keyTo) : 0;
    boolean secretKey = (decision & KeyRules.SECRET_KEY) != 0;
    if (decision != 0) {
      judgedFrom = keyFrom;
      judgedTo = keyTo;
      if (judgedByKey(decision, tagStart, lengthStart, from, to, owner)) {
        return;
      }
      int roles = KeyRules.roles(decision);
      if (roles != 0) {
        // At any depth: what such a key names is the same wherever it stands.
        int outer = texts.roles();
        setRoles(outer | roles);
        visit(tagStart, lengthStart, from, to, secretKey, owner);
        setRoles(outer);
        return;
      }
    }
    if (!secretKey && canonical && (keyTo == to || isDoneValue(keyTo, to))) {
      return;
    }
    visit(tagStart, lengthStart, from, to, secretKey, owner);
  }

  /** Visits a KeyValue in which there may be something to do, and tells what was done. */
  private void visit(
      int tagStart, int lengthStart, int from, int to, boolean secretKey, AttributeOwner owner) {
    cursor.read(edits.buffer(), from, to);
    int keyFrom = cursor.keyFrom();
    int keyTo = cursor.keyTo();
    int before = edits.changes();
    allowed = false;
    if (edits.inBody()) {
      path.enterKey(keyFrom, keyTo);
      enterKeyValue(tagStart, lengthStart, from, to, secretKey, owner);
      path.leave();
    } else if (enterKeyValue(tagStart, lengthStart, from, to, secretKey, owner)) {
      tell(Summary.REDACTED, keyFrom, keyTo, owner);
    } else if (edits.changes() > before) {
      tell(Summary.MASKED, keyFrom, keyTo, owner);
    } else if (allowed) {
      tell(Summary.ALLOWED, keyFrom, keyTo, owner);
    }
  }

  /** Does what the rules for keys say; whether that was all. */
  private boolean judgedByKey(
      int decision, int tagStart, int lengthStart, int from, int to, AttributeOwner owner) {
    boolean attribute = depth == 0 && !edits.inBody();
    if ((decision & KeyRules.IGNORED) != 0) {
      tell(Summary.IGNORED, judgedFrom, judgedTo, owner);
      return true;
    }
    if ((decision & KeyRules.NOT_ALLOWED) != 0 && (attribute || edits.inBody())) {
      edits.count(RedactionRules.ALLOWED_KEYS);
      edits.remove(tagStart, to);
      tell(Summary.REDACTED, judgedFrom, judgedTo, owner);
      return true;
    }
    int rule = KeyRules.rule(decision);
    if (rule < 0 || (attribute && rules.hasAllowedValues() && isAllowed(from, to))) {
      return false;
    }
    edits.count(RedactionRules.FIRST_KEY_RULE + rule);
    if (rules.delete) {
      edits.remove(tagStart, to);
      tell(Summary.REDACTED, judgedFrom, judgedTo, owner);
    } else {
      replaceValue(decision, lengthStart, from, to);
      tell(Summary.MASKED, judgedFrom, judgedTo, owner);
    }
    return true;
  }

  /** Whether the value of an attribute is one that is allowed as a whole. */
  private boolean isAllowed(int from, int to) {
    cursor.read(edits.buffer(), from, to);
    value.readScalar(edits.buffer(), cursor.valueFrom(), cursor.valueTo());
    return !value.isContainer() && rules.allows(value.bytes(), value.from(), value.to());
  }

  /** Writes the KeyValue that is being judged anew, its value masked. */
  private void replaceValue(int decision, int lengthStart, int from, int to) {
    byte[] buffer = edits.buffer();
    byte[] field = rules.masking.maskField();
    if (rules.masking.hashes()) {
      cursor.read(buffer, from, to);
      field = rules.masking.field(buffer, cursor.valueFrom(), cursor.valueTo());
    }
    if ((decision & KeyRules.SECRET_KEY) != 0) {
      byte[] key = texts.rewrittenKey(judgedFrom, judgedTo);
      edits.replaceValue(lengthStart, from, to, key, 0, key.length, field);
    } else {
      edits.replaceValue(lengthStart, from, to, buffer, judgedFrom, judgedTo, field);
    }
  }

  /** Tells what happened to an attribute, or to an entry of the body; not to what is below one. */
  private void tell(int kind, int keyFrom, int keyTo, AttributeOwner owner) {
    if (edits.inBody()) {
      path.enterKey(keyFrom, keyTo);
      owner.summary().addInBody(kind, edits.buffer(), path);
      path.leave();
    } else if (depth == 0) {
      owner.summary().add(kind, edits.buffer(), keyFrom, keyTo);
    }
  }

  /** Whether the rest of a KeyValue is one value with nothing to do in it. */
  private boolean isDoneValue(int at, int to) {
    byte[] b = edits.buffer();
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
    byte[] b = edits.buffer();
    if (from == to) {
      return true;
    }
    int tag = b[from];
    if (tag == STRING_TAG) {
      int text = WireScan.varintEnd(b, from + 1);
      return text + (int) WireScan.varint(b, from + 1) == to
          && !visitsAllTexts
          && (!hasValueRules || !rules.values.mayMatch(b, text, to));
    }
    if (WireType.type(tag) != WireType.LENGTH_DELIMITED) {
      // A number: done, unless something stands behind it.
      return !judgesScalars && WireScan.skip(b, tag, from + 1) == to;
    }
    return WireType.field(tag) == BYTES && !hasValueRules && !visitsAllTexts;
  }

  /** Visits the fields of a KeyValue; whether it is removed. */
  private boolean enterKeyValue(
      int tagStart, int lengthStart, int from, int to, boolean secretKey, AttributeOwner owner) {
    byte[] buffer = edits.buffer();
    edits.editor().enter(tagStart, lengthStart, from, to);
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
      Edits.end(body, at - body, to);
      if (tag == KEY_TAG) {
        delete |= secretKey && texts.key(valueStart, body, at);
      } else if (tag == VALUE_TAG) {
        edits.editor().enter(fieldStart, valueStart, body, at);
        delete |= anyValue(body, at, true, owner);
        edits.editor().leave();
      } else {
        texts.unknown(fieldStart, body, at);
      }
    }
    edits.leave(delete);
    return delete;
  }

  /**
   * Applies the rules inside an AnyValue that was entered.
   *
   * @param removable whether there is a KeyValue around it
   * @return whether that KeyValue is to be removed
   */
  private boolean anyValue(int from, int to, boolean removable, AttributeOwner owner) {
    if (++depth > MAX_DEPTH) {
      throw new MalformedInputException(from, "values nested too deep");
    }
    byte[] buffer = edits.buffer();
    boolean delete = false;
    int at = from;
    while (at < to) {
      int fieldStart = at;
      int tag = (int) WireScan.varint(buffer, at);
      int valueStart = WireScan.varintEnd(buffer, at);
      at = WireScan.skip(buffer, tag, valueStart);
      int field = WireType.field(tag);
      if (WireType.type(tag) != WireType.LENGTH_DELIMITED) {
        delete |= judgesScalars && field < ARRAY && scalar(fieldStart, at, removable, owner);
        continue;
      }
      int body = WireScan.varintEnd(buffer, valueStart);
      Edits.end(body, at - body, to);
      if (field == STRING) {
        delete |= text(valueStart, body, at, removable, owner);
      } else if (field == BYTES) {
        delete |= texts.bytes(fieldStart, body, at, removable, owner);
      } else if (field != ARRAY && field != MAP) {
        texts.unknown(fieldStart, body, at);
      } else {
        edits.editor().enter(fieldStart, valueStart, body, at);
        if (field == MAP) {
          sanitizing.enterMap(body, at);
        }
        delete |= elements(field, body, at, removable, owner);
        if (field == MAP) {
          sanitizing.leaveMap();
        }
        edits.editor().leave();
      }
    }
    depth--;
    return delete;
  }

  /** Applies the rules to the elements of a list or map that was entered. */
  private boolean elements(int kind, int from, int to, boolean removable, AttributeOwner owner) {
    byte[] buffer = edits.buffer();
    boolean delete = false;
    int index = 0;
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
      Edits.end(body, at - body, to);
      if (WireType.field(tag) != 1) {
        texts.unknown(fieldStart, body, at);
      } else if (kind == MAP) {
        keyValue(fieldStart, valueStart, body, at, owner);
      } else {
        path.enterIndex(index++);
        if (!isDone(body, at)) {
          edits.editor().enter(fieldStart, valueStart, body, at);
          delete |= anyValue(body, at, removable, owner);
          edits.editor().leave();
        }
        path.leave();
      }
    }
    return delete;
  }

  private boolean text(int lengthStart, int from, int to, boolean removable, AttributeOwner owner) {
    if (rules.countsAllowed && rules.allows(edits.buffer(), from, to)) {
      tellAllowed(owner);
      return false;
    }
    int before = edits.changes();
    boolean delete = texts.text(lengthStart, from, to, removable, owner);
    tellBody(before, delete, owner);
    return delete;
  }

  private boolean scalar(int tagStart, int to, boolean removable, AttributeOwner owner) {
    value.readScalar(edits.buffer(), tagStart, to);
    if (rules.countsAllowed && rules.allows(value.bytes(), value.from(), value.to())) {
      tellAllowed(owner);
      return false;
    }
    int before = edits.changes();
    boolean delete = texts.scalar(tagStart, to, value, removable);
    tellBody(before, delete, owner);
    return delete;
  }

  private void tellAllowed(AttributeOwner owner) {
    allowed = true;
    if (edits.inBody() && !path.isBody()) {
      owner.summary().addInBody(Summary.ALLOWED, edits.buffer(), path);
    }
  }

  private void tellBody(int before, boolean delete, AttributeOwner owner) {
    if (edits.inBody() && (delete || edits.changes() > before)) {
      owner.summary().addInBody(delete ? Summary.REDACTED : Summary.MASKED, edits.buffer(), path);
    }
  }
}
