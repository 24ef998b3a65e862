package dev.headgate.pipeline.process.redaction;

import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.otlp.KeyValueCursor;
import dev.headgate.pipeline.otlp.SpanHead;
import dev.headgate.pipeline.wire.WireEditor;
import dev.headgate.pipeline.wire.WireScan;
import dev.headgate.pipeline.wire.WireType;
import dev.headgate.pipeline.wire.WireWriter;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One walk over the messages of a request that applies the rules. Reusable.
///
/// **Threading:** confined to one thread at a time.
final class RedactionWalk {
  private static final int KEY_TAG = 0x0a;
  private static final byte[] EMPTY = {};

  private final RedactionRules rules;
  private final Edits edits;
  private final Sanitizing sanitizing;
  private final Texts texts;
  private final AttributeWalk attributes;
  private final EarlierSummary earlier;
  private final boolean bodiesWithoutText;
  private final KeyValueCursor cursor = new KeyValueCursor();
  private final SpanHead head = new SpanHead();
  private byte[] buffer = EMPTY;
  private WireEditor editor = new WireEditor();
  private @Nullable AttributeOwner outermost;

  RedactionWalk(RedactionRules rules, RedactionMetrics.Bound counters) {
    this.rules = rules;
    this.edits = new Edits(rules, counters);
    Remains remains = new Remains(rules);
    this.sanitizing = new Sanitizing(rules, edits, remains);
    this.texts = new Texts(rules, edits, sanitizing);
    this.attributes =
        rules.all
            ? new FullWalk(rules, edits, texts, sanitizing)
            : new CollectorWalk(rules, edits, sanitizing);
    this.earlier = new EarlierSummary(rules, edits, remains);
    this.bodiesWithoutText = !rules.all && rules.matchesEmptyText();
  }

  /// Walks a request; returns its new bytes, or null when nothing is changed.
  @Nullable Bytes run(Bytes bytes, VisitPlan plan, WireEditor contextEditor) {
    buffer = bytes.array();
    editor = contextEditor;
    edits.start(bytes, contextEditor);
    sanitizing.start(plan.isOfLogs());
    AttributeOwner owner = outermost;
    if (owner == null) {
      owner = new AttributeOwner(rules.summary, plan);
      outermost = owner;
    }
    fields(plan, 0, bytes.length(), owner);
    buffer = EMPTY; // it may be large, and this object outlives it
    attributes.end();
    return edits.finish();
  }

  private void message(VisitPlan plan, int from, int to, AttributeOwner outer) {
    if (plan.attributesField() == 0) {
      fields(plan, from, to, outer);
      return;
    }
    AttributeOwner owner = outer.inner(plan, from, to);
    int at = plan.skipsHead() ? head.read(buffer, from, to) : from;
    boolean hasBody = fields(plan, at, to, owner);
    if (bodiesWithoutText && !hasBody && plan.bodyField() != 0) {
      edits.at(Place.LOG_BODY.index());
      attributes.missingBody(plan.bodyField(), to, owner);
    }
    if (owner.isSummarized() && owner.summary().hasRest()) {
      WireWriter out = editor.edit(to, to);
      owner.summary().writeRest(plan.attributesField(), out);
    }
  }

  /** Visits the fields of a message; whether there is a log's body among them. */
  private boolean fields(VisitPlan plan, int from, int to, AttributeOwner owner) {
    byte[] b = buffer;
    boolean hasBody = false;
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
      int end = Edits.end(at, length, to);
      int field = WireType.field(tag);
      int action = plan.action(field);
      if (action == VisitPlan.MESSAGE) {
        editor.enter(tagStart, lengthStart, at, end);
        message(plan.child(field), at, end, owner);
        editor.leave();
      } else if (action == VisitPlan.ATTRIBUTE) {
        edits.at(plan.place(field));
        if (b[tagStart] == tag) {
          end = attributes(tag, tagStart, to, owner);
        } else { // an overlong tag, which the check of requests refuses: not stepped over there
          attribute(tagStart, lengthStart, at, end, owner);
        }
      } else if (action == VisitPlan.BODY) {
        hasBody = true;
        edits.at(plan.place(field));
        attributes.body(tagStart, lengthStart, at, end, owner);
      } else if (action != VisitPlan.SKIP) {
        leaf(plan, tagStart, lengthStart, at, end, owner);
      }
      at = end;
    }
    return hasBody;
  }

  /** Visits the attributes that follow one another, as they nearly always do. */
  private int attributes(int tag, int from, int to, AttributeOwner owner) {
    byte[] b = buffer;
    boolean silent = !owner.isSummarized();
    int at = from;
    while (true) {
      if (silent) {
        at = attributes.simpleAttributes(tag, at, to);
      }
      if (at == to || b[at] != tag) {
        return at;
      }
      int tagStart = at;
      int body = at + 2;
      int length = b[at + 1];
      if (length < 0) {
        length = (int) WireScan.varint(b, tagStart + 1);
        body = WireScan.varintEnd(b, tagStart + 1);
      }
      at = Edits.end(body, length, to);
      attribute(tagStart, tagStart + 1, body, at, owner);
    }
  }

  private void attribute(int tagStart, int lengthStart, int from, int to, AttributeOwner owner) {
    if (owner.isSummarized() && mayBeOfSummary(from, to) && join(lengthStart, from, to, owner)) {
      return;
    }
    attributes.attribute(tagStart, lengthStart, from, to, owner);
  }

  private boolean mayBeOfSummary(int from, int to) {
    if (from == to || buffer[from] != KEY_TAG) {
      return false;
    }
    cursor.read(buffer, from, to);
    return Summary.mayBeKey(buffer, cursor.keyFrom(), cursor.keyTo());
  }

  /**
   * Joins an attribute that an earlier redaction left with what this one has to tell; false when
   * there is nothing to join. How much there is has to be known before the attributes behind it are
   * visited, so all of the message is rehearsed.
   */
  private boolean join(int lengthStart, int from, int to, AttributeOwner owner) {
    Summary summary = owner.summary();
    if (summary.isOpen()) {
      int place = edits.place();
      summary.begin(owner.to() - owner.from());
      rehearse(owner);
      edits.at(place);
      summary.close();
    }
    cursor.read(buffer, from, to);
    int due = summary.due(buffer, cursor.keyFrom(), cursor.keyTo());
    return due >= 0 && earlier.join(due, summary, lengthStart, from, to);
  }

  /** Visits the attributes and the body of a message, for its summary only. */
  private void rehearse(AttributeOwner owner) {
    VisitPlan plan = owner.plan();
    edits.startRehearsal(owner.from(), owner.to());
    int at = owner.from();
    while (at < owner.to()) {
      int tag = (int) WireScan.varint(buffer, at);
      int lengthStart = WireScan.varintEnd(buffer, at);
      int end = WireScan.skip(buffer, tag, lengthStart);
      int field = WireType.field(tag);
      if (WireType.type(tag) == WireType.LENGTH_DELIMITED) {
        int body = WireScan.varintEnd(buffer, lengthStart);
        if (field == plan.attributesField()) {
          edits.at(plan.place(field));
          attributes.attribute(at, lengthStart, body, end, owner);
        } else if (field == plan.bodyField()) {
          edits.at(plan.place(field));
          attributes.body(at, lengthStart, body, end, owner);
        }
      }
      at = end;
    }
    edits.endRehearsal();
  }

  private void leaf(
      VisitPlan plan, int tagStart, int lengthStart, int from, int to, AttributeOwner owner) {
    int field = WireType.field((int) WireScan.varint(buffer, tagStart));
    switch (plan.action(field)) {
      case VisitPlan.TEXT -> {
        edits.at(plan.place(field));
        texts.text(lengthStart, from, to, false, owner);
      }
      case VisitPlan.SPAN_NAME -> {
        edits.at(plan.place(field));
        spanName(lengthStart, from, to, owner);
      }
      case VisitPlan.TRACE_ID -> id(tagStart, from, to, 16);
      case VisitPlan.SPAN_ID -> id(tagStart, from, to, 8);
      default -> texts.unknown(tagStart, from, to);
    }
  }

  private void spanName(int lengthStart, int from, int to, AttributeOwner span) {
    if (!rules.allows(buffer, from, to)) {
      // To the Collector a name is no value that rules look at.
      byte[] changed = rules.all ? rules.values.rewrite(buffer, from, to, edits) : null;
      byte[] name = changed != null ? changed : Arrays.copyOfRange(buffer, from, to);
      edits.replaceText(lengthStart, from, to, sanitizing.spanName(name, span));
    }
  }

  private void id(int tagStart, int from, int to, int idBytes) {
    if (to - from != idBytes && to != from) {
      texts.unknown(tagStart, from, to);
    }
  }
}
