package dev.headgate.pipeline.process.sampling;

import dev.headgate.config.SamplerConfig;
import dev.headgate.pipeline.otlp.AnyValueCursor;
import dev.headgate.pipeline.otlp.KeyValueCursor;
import dev.headgate.pipeline.otlp.SpanHead;
import dev.headgate.pipeline.process.EnvelopeWalk;
import dev.headgate.pipeline.wire.Utf8;
import dev.headgate.pipeline.wire.WireEditor;
import dev.headgate.pipeline.wire.WireScan;
import dev.headgate.pipeline.wire.WireWriter;
import java.util.Arrays;

/// Decides about spans and writes the decision into their tracestate.
///
/// **Threading:** confined to one thread.
final class SpanSampler implements EnvelopeWalk.Visitor {
  private static final int TRACE_ID = 1 << 3 | 2;
  private static final int TRACE_STATE_FIELD = 3;
  private static final int TRACE_STATE = TRACE_STATE_FIELD << 3 | 2;
  private static final int ATTRIBUTE = 9 << 3 | 2;
  private static final int KEY = 1 << 3 | 2;
  private static final int STATUS = 15 << 3 | 2;
  private static final int STATUS_CODE = 3 << 3;
  private static final int STATUS_CODE_ERROR = 2;
  private static final byte[] PRIORITY_KEY = Utf8.bytes("sampling.priority");

  private final boolean keepErrors;
  private final SamplingRule rule;
  private final Candidate candidate;
  private final Tally tally;
  private final TraceState state = new TraceState();
  private final SpanHead head = new SpanHead();
  private final KeyValueCursor attribute = new KeyValueCursor();
  private final AnyValueCursor value = new AnyValueCursor();
  private final WireWriter text = new WireWriter(256);

  private int idFrom;
  private int idTo;
  private int stateTagStart;
  private int stateFrom;
  private int stateTo;
  private int insertAt;
  private boolean error;
  private boolean prioritySeen;
  private long priorityThreshold;

  SpanSampler(SamplerConfig config, SamplingRule rule, Tally tally) {
    this.keepErrors = config.alwaysSampleErrors();
    this.rule = rule;
    this.candidate = new Candidate(rule, config.failClosed());
    this.tally = tally;
  }

  @Override
  public void onResource(byte[] bytes, int from, int to) {}

  @Override
  public void done() {
    state.clear();
  }

  @Override
  public void onScope(byte[] bytes, int from, int to) {}

  @Override
  public boolean removesEmpty() {
    return true;
  }

  @Override
  public boolean keep(byte[] bytes, int from, int to, WireEditor editor) {
    scan(bytes, from, to);
    boolean readable = state.read(bytes, stateFrom, stateTo);
    if (keepErrors && error) {
      tally.count(Decision.KEPT_ERROR, Policy.ERROR);
      if (readable && state.threshold() < 0) {
        rewrite(bytes, editor, -1, Thresholds.ALWAYS);
      }
      return true;
    }

    candidate.reset(readable, state.randomness(), state.threshold());
    if (TraceIds.isPresent(bytes, idFrom, idTo)) {
      if (rule.kind() == SamplingRule.Kind.HASH) {
        candidate.ownRandomness(rule.hash(bytes, idFrom, idTo), Policy.TRACE_ID_HASH);
      } else {
        candidate.ownRandomness(TraceIds.randomness(bytes, idTo), Policy.TRACE_ID_W3C);
      }
    }
    candidate.priorityThreshold(priorityThreshold);
    Decision decision = candidate.decide();
    tally.count(decision, candidate.policy());
    // A tracestate that cannot be read belongs to others.
    if (decision.kept() && readable && candidate.rewrites()) {
      rewrite(bytes, editor, candidate.newRandomness(), candidate.newThreshold());
    }
    return decision.kept();
  }

  private void scan(byte[] bytes, int from, int to) {
    idFrom = from;
    idTo = from;
    stateTagStart = -1;
    stateFrom = from;
    stateTo = from;
    insertAt = -1;
    error = false;
    prioritySeen = false;
    priorityThreshold = -1;
    int at = head.read(bytes, from, to);
    if (head.fields() != 0) {
      takeHead();
    }
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      if (insertAt < 0 && tag >>> 3 > TRACE_STATE_FIELD) {
        insertAt = at;
      }
      // An overlong tag, which the check of requests refuses, would not be stepped over there.
      if (tag == ATTRIBUTE && bytes[at] == ATTRIBUTE) {
        at = scanAttributes(bytes, at, to);
        continue;
      }
      int length = WireScan.varintEnd(bytes, at);
      int end = WireScan.skip(bytes, tag, length);
      switch (tag) {
        case TRACE_ID -> {
          idFrom = WireScan.varintEnd(bytes, length);
          idTo = end;
        }
        case TRACE_STATE -> {
          stateTagStart = at;
          stateFrom = WireScan.varintEnd(bytes, length);
          stateTo = end;
        }
        case ATTRIBUTE -> readAttribute(bytes, WireScan.varintEnd(bytes, length), end);
        case STATUS -> readStatus(bytes, WireScan.varintEnd(bytes, length), end);
        default -> {}
      }
      at = end;
    }
    if (insertAt < 0) {
      insertAt = to;
    }
  }

  private void takeHead() {
    idFrom = head.traceIdFrom();
    idTo = head.traceIdTo();
    insertAt = head.stateTo();
    if (head.hasTraceState()) {
      stateTagStart = head.stateTagStart();
      stateFrom = head.stateFrom();
      stateTo = head.stateTo();
    }
  }

  /* Steps over the attributes that follow one another; of most the length of the key is enough. */
  private int scanAttributes(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to && bytes[at] == ATTRIBUTE) {
      int body = at + 2;
      int length = bytes[at + 1];
      if (length < 0) {
        body = WireScan.varintEnd(bytes, at + 1);
        length = (int) WireScan.varint(bytes, at + 1);
      }
      at = body + length;
      if (length > PRIORITY_KEY.length && mayBePriority(bytes, body)) {
        readAttribute(bytes, body, at);
      }
    }
    return at;
  }

  /* Whether a KeyValue does not begin with a key of another length. */
  private static boolean mayBePriority(byte[] bytes, int from) {
    int keyLength = bytes[from + 1];
    return bytes[from] != KEY || keyLength < 0 || keyLength == PRIORITY_KEY.length;
  }

  private void readAttribute(byte[] bytes, int from, int to) {
    if (prioritySeen) {
      return;
    }
    attribute.read(bytes, from, to);
    if (Utf8.equals(bytes, attribute.keyFrom(), attribute.keyTo(), PRIORITY_KEY)) {
      prioritySeen = true;
      value.read(bytes, attribute.valueFrom(), attribute.valueTo());
      priorityThreshold = Priority.ofSpan(bytes, value);
    }
  }

  private void readStatus(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int value = WireScan.varintEnd(bytes, at);
      if (tag == STATUS_CODE) {
        error = WireScan.varint(bytes, value) == STATUS_CODE_ERROR;
      }
      at = WireScan.skip(bytes, tag, value);
    }
  }

  private void rewrite(byte[] bytes, WireEditor editor, long newRandomness, long newThreshold) {
    text.clear();
    state.write(text, newRandomness, newThreshold);
    int size = text.size();
    if (Arrays.equals(bytes, stateFrom, stateTo, text.array(), 0, size)) {
      return;
    }
    boolean present = stateTagStart >= 0;
    WireWriter out =
        present ? editor.edit(stateTagStart, stateTo) : editor.edit(insertAt, insertAt);
    out.writeBytesField(TRACE_STATE_FIELD, text.array(), 0, size);
  }
}
