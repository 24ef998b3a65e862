package dev.headgate.pipeline.process.redaction;

import dev.headgate.pipeline.otlp.AnyValueCursor.Kind;
import dev.headgate.pipeline.otlp.KeyValueCursor;
import dev.headgate.pipeline.process.sanitize.Sanitizers;
import dev.headgate.pipeline.wire.MalformedInputException;
import dev.headgate.pipeline.wire.WireScan;
import dev.headgate.pipeline.wire.WireType;
import org.jspecify.annotations.Nullable;

/// Visits attributes and bodies as the Collector's redaction processor (0.155.0) does: of
/// attributes the text of the value as a whole, of bodies the entries at every level.
///
/// **Threading:** confined to one thread at a time.
final class CollectorWalk implements AttributeWalk {
  private static final int MAX_DEPTH = 64;
  private static final byte[] REMOVED = new byte[0];

  private final RedactionRules rules;
  private final Edits edits;
  private final Sanitizing sanitizing;
  private final boolean hasValueRules;
  private final int bodyRoles;
  private final KeyValueCursor entry = new KeyValueCursor();
  private final ValueText value = new ValueText();
  private final BodyPath path = new BodyPath();
  private int depth;

  CollectorWalk(RedactionRules rules, Edits edits, Sanitizing sanitizing) {
    this.rules = rules;
    this.edits = edits;
    this.sanitizing = sanitizing;
    this.bodyRoles = rules.sanitizers.concernsBodies() ? Sanitizers.BODY : 0;
    this.hasValueRules = rules.values.size() > 0;
  }

  @Override
  public int simpleAttributes(int tag, int from, int to) {
    return from;
  }

  @Override
  public void attribute(int tagStart, int lengthStart, int from, int to, AttributeOwner owner) {
    byte[] buffer = edits.buffer();
    entry.read(buffer, from, to);
    int keyFrom = entry.keyFrom();
    int keyTo = entry.keyTo();
    int decision = rules.decisions.of(buffer, keyFrom, keyTo);
    Summary summary = owner.summary();
    if ((decision & KeyRules.IGNORED) != 0) {
      summary.add(Summary.IGNORED, buffer, keyFrom, keyTo);
      return;
    }
    if ((decision & KeyRules.NOT_ALLOWED) != 0) {
      edits.count(RedactionRules.ALLOWED_KEYS);
      edits.remove(tagStart, to);
      summary.add(Summary.REDACTED, buffer, keyFrom, keyTo);
      return;
    }
    value.read(buffer, entry.valueFrom(), entry.valueTo(), rules.allTypes);
    if (rules.allows(value.bytes(), value.from(), value.to())) {
      summary.add(Summary.ALLOWED, buffer, keyFrom, keyTo);
      return;
    }
    int rule = KeyRules.rule(decision);
    byte[] changed = rule >= 0 ? blocked(rule) : changed(KeyRules.roles(decision), owner);
    if (isRemoved(changed)) {
      edits.remove(tagStart, to);
      summary.add(Summary.REDACTED, buffer, keyFrom, keyTo);
    } else if (changed != null) {
      edits.replaceValue(lengthStart, from, to, buffer, keyFrom, keyTo, changed);
      summary.add(Summary.MASKED, buffer, keyFrom, keyTo);
    }
  }

  @SuppressWarnings("ReferenceEquality") // an object that stands for itself
  private static boolean isRemoved(byte @Nullable [] changed) {
    return changed == REMOVED;
  }

  /** The value field that takes the place of the value that was read, its key being blocked. */
  private byte[] blocked(int rule) {
    edits.count(RedactionRules.FIRST_KEY_RULE + rule);
    return rules.delete
        ? REMOVED
        : rules.masking.fieldByLines(value.bytes(), value.from(), value.to());
  }

  /**
   * The value field that takes the place of the value that was read, or null when it stays.
   *
   * @param roles what its text is for the sanitizers
   */
  private byte @Nullable [] changed(int roles, AttributeOwner owner) {
    byte[] text = value.bytes();
    byte[] changed = null;
    if (rules.delete) {
      int rule = rules.values.firstMatch(text, value.from(), value.to());
      if (rule >= 0) {
        edits.hit(rule);
        return REMOVED;
      }
    } else if (hasValueRules) {
      changed = rules.values.rewrite(text, value.from(), value.to(), edits);
    }
    changed = sanitizing.text(roles, changed, text, value.from(), value.to(), owner);
    return changed == null ? null : Masking.valueField(Masking.stringValue(changed));
  }

  @Override
  public void body(int tagStart, int lengthStart, int from, int to, AttributeOwner owner) {
    path.reset();
    depth = 0;
    element(tagStart, lengthStart, from, to, owner);
  }

  @Override
  public void missingBody(int field, int at, AttributeOwner owner) {
    path.reset();
    value.readScalar(edits.buffer(), -1, -1);
    byte[] changed = leaf(owner, false);
    if (changed != null) {
      edits.insert(field, at, Masking.anyValue(changed));
    }
  }

  @Override
  public void end() {
    value.clear();
  }

  /** Visits an AnyValue that is the body or an element of a list. */
  private void element(int tagStart, int lengthStart, int from, int to, AttributeOwner owner) {
    value.readScalar(edits.buffer(), from, to);
    if (value.isContainer()) {
      int memberTag = value.memberTagStart();
      edits.editor().enter(tagStart, lengthStart, from, to);
      descend(value.kind(), memberTag, to, owner);
      edits.editor().leave();
      return;
    }
    byte[] changed = leaf(owner, false);
    if (changed != null) {
      edits.replaceAnyValue(lengthStart, from, to, Masking.anyValue(changed));
    }
  }

  /**
   * What takes the place of the body's value that was read: a value field, or null.
   *
   * @param removable whether it stands in a map, from which it can be removed
   */
  private byte @Nullable [] leaf(AttributeOwner owner, boolean removable) {
    byte[] buffer = edits.buffer();
    if (rules.allows(value.bytes(), value.from(), value.to())) {
      // Of a body that is one value the Collector does not tell that it is allowed.
      if (!path.isBody()) {
        owner.summary().addInBody(Summary.ALLOWED, buffer, path);
      }
      return null;
    }
    byte[] changed = changed(bodyRoles, owner);
    if (isRemoved(changed) && !removable) {
      changed = rules.masking.maskField();
    }
    if (changed != null) {
      int kind = isRemoved(changed) ? Summary.REDACTED : Summary.MASKED;
      owner.summary().addInBody(kind, buffer, path);
    }
    return changed;
  }

  /** Visits the entries or elements of a list or map. */
  private void descend(Kind kind, int memberTag, int to, AttributeOwner owner) {
    if (++depth > MAX_DEPTH) {
      throw new MalformedInputException(memberTag, "values nested too deep");
    }
    byte[] buffer = edits.buffer();
    int from = WireScan.varintEnd(buffer, memberTag + 1);
    int end = Edits.end(from, (int) WireScan.varint(buffer, memberTag + 1), to);
    edits.editor().enter(memberTag, memberTag + 1, from, end);
    int index = 0;
    int at = from;
    while (at < end) {
      int tagStart = at;
      int tag = (int) WireScan.varint(buffer, at);
      int lengthStart = WireScan.varintEnd(buffer, at);
      at = WireScan.skip(buffer, tag, lengthStart);
      if (WireType.field(tag) != 1 || WireType.type(tag) != WireType.LENGTH_DELIMITED) {
        continue;
      }
      int body = WireScan.varintEnd(buffer, lengthStart);
      Edits.end(body, at - body, end);
      if (kind == Kind.KVLIST) {
        entry(tagStart, lengthStart, body, at, owner);
      } else {
        path.enterIndex(index++);
        element(tagStart, lengthStart, body, at, owner);
        path.leave();
      }
    }
    edits.editor().leave();
    depth--;
  }

  /** Visits an entry of a map in a body. */
  private void entry(int tagStart, int lengthStart, int from, int to, AttributeOwner owner) {
    byte[] buffer = edits.buffer();
    entry.read(buffer, from, to);
    int keyFrom = entry.keyFrom();
    int keyTo = entry.keyTo();
    int decision = rules.decisions.of(buffer, keyFrom, keyTo);
    path.enterKey(keyFrom, keyTo);
    if ((decision & KeyRules.IGNORED) != 0) {
      owner.summary().addInBody(Summary.IGNORED, buffer, path);
    } else if ((decision & KeyRules.NOT_ALLOWED) != 0) {
      edits.count(RedactionRules.ALLOWED_KEYS);
      edits.remove(tagStart, to);
      owner.summary().addInBody(Summary.REDACTED, buffer, path);
    } else if (KeyRules.rule(decision) >= 0) {
      // The text of what is no string counts as empty here, whatever redact_all_types says.
      value.read(buffer, entry.valueFrom(), entry.valueTo(), false);
      byte[] changed = blocked(KeyRules.rule(decision));
      if (isRemoved(changed)) {
        edits.remove(tagStart, to);
      } else {
        edits.replaceValue(lengthStart, from, to, buffer, keyFrom, keyTo, changed);
      }
      owner.summary().addInBody(rules.delete ? Summary.REDACTED : Summary.MASKED, buffer, path);
    } else {
      entryValue(tagStart, lengthStart, from, to, owner);
    }
    path.leave();
  }

  private void entryValue(int tagStart, int lengthStart, int from, int to, AttributeOwner owner) {
    byte[] buffer = edits.buffer();
    value.readScalar(buffer, entry.valueFrom(), entry.valueTo());
    if (value.isContainer()) {
      int valueTo = entry.valueTo();
      edits.editor().enter(tagStart, lengthStart, from, to);
      edits
          .editor()
          .enter(entry.valueTagStart(), entry.valueLengthStart(), entry.valueFrom(), valueTo);
      descend(value.kind(), value.memberTagStart(), valueTo, owner);
      edits.editor().leave();
      edits.editor().leave();
      return;
    }
    byte[] changed = leaf(owner, true);
    if (isRemoved(changed)) {
      edits.remove(tagStart, to);
    } else if (changed != null) {
      edits.replaceValue(lengthStart, from, to, buffer, entry.keyFrom(), entry.keyTo(), changed);
    }
  }
}
