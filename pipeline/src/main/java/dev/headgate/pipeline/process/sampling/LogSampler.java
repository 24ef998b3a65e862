package dev.headgate.pipeline.process.sampling;

import dev.headgate.config.SamplerConfig;
import dev.headgate.config.SamplerConfig.AttributeSource;
import dev.headgate.pipeline.otlp.AnyValueCursor;
import dev.headgate.pipeline.otlp.AnyValueText;
import dev.headgate.pipeline.otlp.KeyValueCursor;
import dev.headgate.pipeline.process.EnvelopeWalk;
import dev.headgate.pipeline.wire.Utf8;
import dev.headgate.pipeline.wire.WireEditor;
import dev.headgate.pipeline.wire.WireScan;
import dev.headgate.pipeline.wire.WireType;
import dev.headgate.pipeline.wire.WireWriter;

/// Decides about log records and writes the decision into their attributes `sampling.threshold` and
/// `sampling.randomness`.
///
/// **Threading:** confined to one thread.
final class LogSampler implements EnvelopeWalk.Visitor {
  private static final int SEVERITY_NUMBER = 2 << 3;
  private static final int ATTRIBUTES_FIELD = 6;
  private static final int ATTRIBUTE = ATTRIBUTES_FIELD << 3 | 2;
  private static final int TRACE_ID = 9 << 3 | 2;
  private static final byte[] THRESHOLD_KEY = Utf8.bytes("sampling.threshold");
  private static final byte[] RANDOMNESS_KEY = Utf8.bytes("sampling.randomness");

  private final boolean keepErrors;
  private final int errorSeverityNumber;
  private final boolean hashesTraceId;
  private final byte[] sourceKey;
  private final byte[] priorityKey;
  private final SamplingRule rule;
  private final Candidate candidate;
  private final Tally tally;
  private final KeyValueCursor attribute = new KeyValueCursor();
  private final AnyValueCursor value = new AnyValueCursor();
  private final WireWriter text = new WireWriter(32);
  private final Found threshold = new Found();
  private final Found randomness = new Found();
  private final Found source = new Found();
  private final Found priority = new Found();

  private int idFrom;
  private int idTo;
  private long severityNumber;

  LogSampler(SamplerConfig config, SamplingRule rule, Tally tally) {
    this.keepErrors = config.alwaysSampleErrors();
    this.errorSeverityNumber = config.errorSeverityNumber();
    this.hashesTraceId = config.attributeSource() == AttributeSource.TRACE_ID;
    this.sourceKey = Utf8.bytes(config.fromAttribute());
    this.priorityKey = Utf8.bytes(config.samplingPriority());
    this.rule = rule;
    this.candidate = new Candidate(rule, config.failClosed());
    this.tally = tally;
  }

  @Override
  public void onResource(byte[] bytes, int from, int to) {}

  @Override
  public void onScope(byte[] bytes, int from, int to) {}

  @Override
  public boolean removesEmpty() {
    return true;
  }

  @Override
  public boolean keep(byte[] bytes, int from, int to, WireEditor editor) {
    scan(bytes, from, to);
    if (keepErrors && severityNumber >= errorSeverityNumber) {
      tally.count(Decision.KEPT_ERROR, Policy.ERROR);
      if (!threshold.found) {
        rewrite(to, editor, -1, Thresholds.ALWAYS);
      }
      return true;
    }

    readCandidate(bytes);
    if (priority.found) {
      value.read(bytes, priority.valueFrom, priority.valueTo);
      candidate.priorityThreshold(Priority.ofRecord(value, rule.precisionDigits()));
    }
    Decision decision = candidate.decide();
    tally.count(decision, candidate.policy());
    if (decision.kept() && candidate.rewrites()) {
      rewrite(to, editor, candidate.newRandomness(), candidate.newThreshold());
    }
    return decision.kept();
  }

  private void readCandidate(byte[] bytes) {
    boolean readable = true;
    long incomingThreshold = -1;
    if (readString(bytes, threshold)) {
      incomingThreshold = Thresholds.parseThreshold(bytes, value.from(), value.to());
      readable = incomingThreshold >= 0;
    }
    long incomingRandomness = -1;
    if (readString(bytes, randomness)) {
      incomingRandomness = Thresholds.parseRandomness(bytes, value.from(), value.to());
      readable &= incomingRandomness >= 0;
    }
    candidate.reset(readable, incomingRandomness, incomingThreshold);
    boolean hashes = rule.kind() == SamplingRule.Kind.HASH;
    boolean hasId = TraceIds.isPresent(bytes, idFrom, idTo);
    if (!hashes && hasId) {
      candidate.ownRandomness(TraceIds.randomness(bytes, idTo), Policy.TRACE_ID_W3C);
    } else if (hashes && hashesTraceId && hasId) {
      candidate.ownRandomness(rule.hash(bytes, idFrom, idTo), Policy.TRACE_ID_HASH);
    } else if (hashes && source.found) {
      hashSource(bytes);
    }
  }

  /* An empty text is as good as none, as in the Collector. */
  private boolean readString(byte[] bytes, Found found) {
    if (!found.found) {
      return false;
    }
    value.read(bytes, found.valueFrom, found.valueTo);
    return value.kind() == AnyValueCursor.Kind.STRING && value.from() < value.to();
  }

  private void hashSource(byte[] bytes) {
    value.read(bytes, source.valueFrom, source.valueTo);
    byte[] hashed = bytes;
    int from = value.from();
    int to = value.to();
    switch (value.kind()) {
      case STRING, BYTES -> {}
      case NONE, BOOL, INT, DOUBLE, ARRAY, KVLIST, STRING_INDEX -> {
        hashed = Utf8.bytes(AnyValueText.of(bytes, source.valueFrom, source.valueTo));
        from = 0;
        to = hashed.length;
      }
    }
    if (from < to) {
      candidate.ownRandomness(rule.hash(hashed, from, to), Policy.ATTRIBUTE);
    }
  }

  private void scan(byte[] bytes, int from, int to) {
    idFrom = from;
    idTo = from;
    severityNumber = 0;
    threshold.found = false;
    randomness.found = false;
    source.found = false;
    priority.found = false;
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int length = WireScan.varintEnd(bytes, at);
      int end = WireScan.skip(bytes, tag, length);
      switch (tag) {
        case SEVERITY_NUMBER -> severityNumber = WireScan.varint(bytes, length);
        case TRACE_ID -> {
          idFrom = WireScan.varintEnd(bytes, length);
          idTo = end;
        }
        case ATTRIBUTE -> readAttribute(bytes, at, WireScan.varintEnd(bytes, length), end);
        default -> {}
      }
      at = end;
    }
  }

  private void readAttribute(byte[] bytes, int tagStart, int from, int to) {
    attribute.read(bytes, from, to);
    note(threshold, bytes, THRESHOLD_KEY, tagStart, to);
    note(randomness, bytes, RANDOMNESS_KEY, tagStart, to);
    if (sourceKey.length > 0) {
      note(source, bytes, sourceKey, tagStart, to);
    }
    if (priorityKey.length > 0) {
      note(priority, bytes, priorityKey, tagStart, to);
    }
  }

  private void note(Found found, byte[] bytes, byte[] key, int tagStart, int end) {
    if (!found.found && Utf8.equals(bytes, attribute.keyFrom(), attribute.keyTo(), key)) {
      found.found = true;
      found.tagStart = tagStart;
      found.end = end;
      found.valueFrom = attribute.valueFrom();
      found.valueTo = attribute.valueTo();
    }
  }

  /* Edits go in ascending order: what is replaced in place first, what is new at the end. */
  private void rewrite(int to, WireEditor editor, long newRandomness, long newThreshold) {
    int thresholdAt = threshold.found ? threshold.tagStart : to;
    int randomnessAt = randomness.found ? randomness.tagStart : to;
    if (thresholdAt < randomnessAt) {
      put(editor, threshold, to, THRESHOLD_KEY, newThreshold);
      put(editor, randomness, to, RANDOMNESS_KEY, newRandomness);
    } else {
      put(editor, randomness, to, RANDOMNESS_KEY, newRandomness);
      put(editor, threshold, to, THRESHOLD_KEY, newThreshold);
    }
  }

  private void put(WireEditor editor, Found found, int to, byte[] key, long number) {
    if (number < 0) {
      return;
    }
    text.clear();
    if (found == threshold) {
      Thresholds.writeThreshold(text, number);
    } else {
      Thresholds.writeRandomness(text, number);
    }
    WireWriter out = found.found ? editor.edit(found.tagStart, found.end) : editor.edit(to, to);
    // All lengths here are below 128 and take one byte.
    int valueBytes = 2 + text.size();
    out.writeTag(ATTRIBUTES_FIELD, WireType.LENGTH_DELIMITED);
    out.writeVarint(2 + key.length + 2 + valueBytes);
    out.writeBytesField(1, key, 0, key.length);
    out.writeTag(2, WireType.LENGTH_DELIMITED);
    out.writeVarint(valueBytes);
    out.writeBytesField(1, text.array(), 0, text.size());
  }

  /// Where an attribute is.
  private static final class Found {
    private boolean found;
    private int tagStart;
    private int end;
    private int valueFrom;
    private int valueTo;
  }
}
