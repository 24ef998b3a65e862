package dev.headgate.pipeline.process.cardinality;

import dev.headgate.config.CardinalityGuardConfig;
import dev.headgate.pipeline.otlp.AnyValueCursor;
import dev.headgate.pipeline.otlp.AttributeLookup;
import dev.headgate.pipeline.otlp.MetricData;
import dev.headgate.pipeline.process.EnvelopeWalk;
import dev.headgate.pipeline.process.cardinality.GuardState.Admission;
import dev.headgate.pipeline.wire.Utf8;
import dev.headgate.pipeline.wire.WireEditor;
import dev.headgate.pipeline.wire.WireScan;

/// Walks metrics and removes the points that are not admitted.
///
/// **Threading:** confined to one thread; the state is shared.
final class MetricGuard implements EnvelopeWalk.Visitor {
  private static final int RESOURCE_ATTRIBUTES = 1;
  private static final int NAME = 1 << 3 | 2;
  private static final int POINT = 1 << 3 | 2;
  private static final byte[] SERVICE_NAME = Utf8.bytes("service.name");

  private final int seriesLimit;
  private final boolean enforce;
  private final GuardState state;
  private final GuardMetrics.Bound metrics;
  private final PointIdentity point;
  private final AttributeLookup attributes = new AttributeLookup();
  private final AnyValueCursor value = new AnyValueCursor();
  private int tick;
  private long service;
  private int removedPoints;
  private int overBudgetOfMetric;
  private boolean keptAny;

  MetricGuard(
      CardinalityGuardConfig config,
      GuardState state,
      LabelRules rules,
      GuardMetrics.Bound metrics) {
    this.seriesLimit = config.seriesLimit();
    this.enforce = config.enforce();
    this.state = state;
    this.metrics = metrics;
    this.point = new PointIdentity(state.hash(), rules);
  }

  /// Starts a payload.
  void start() {
    tick = state.tick();
    removedPoints = 0;
  }

  /// How many points were removed from the payload.
  int removedPoints() {
    return removedPoints;
  }

  @Override
  public void onResource(byte[] bytes, int from, int to) {
    attributes.find(bytes, from, to, RESOURCE_ATTRIBUTES, SERVICE_NAME);
    value.read(bytes, attributes.valueFrom(), attributes.valueTo());
    service = state.hash().value(bytes, value);
  }

  @Override
  public void onScope(byte[] bytes, int from, int to) {}

  @Override
  public boolean keep(byte[] bytes, int from, int to, WireEditor editor) {
    int nameFrom = from;
    int nameTo = from;
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int length = WireScan.varintEnd(bytes, at);
      int end = WireScan.skip(bytes, tag, length);
      if (tag == NAME) {
        nameFrom = WireScan.varintEnd(bytes, length);
        nameTo = end;
      }
      at = end;
    }
    long metric = state.hash().bytes(bytes, nameFrom, nameTo);
    point.key(service, metric);
    overBudgetOfMetric = 0;
    keptAny = false;
    walkData(bytes, from, to, editor);
    if (overBudgetOfMetric > 0) {
      metrics.overBudget(metric, bytes, nameFrom, nameTo, overBudgetOfMetric);
    }
    return keptAny || overBudgetOfMetric == 0;
  }

  private void walkData(byte[] bytes, int from, int to, WireEditor editor) {
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int length = WireScan.varintEnd(bytes, at);
      int end = WireScan.skip(bytes, tag, length);
      int attributeTag = MetricData.attributesTag(tag);
      if (attributeTag != 0) {
        int body = WireScan.varintEnd(bytes, length);
        editor.enter(at, length, body, end);
        walkPoints(bytes, body, end, attributeTag, editor);
        editor.leave();
      }
      at = end;
    }
  }

  private void walkPoints(byte[] bytes, int from, int to, int attributeTag, WireEditor editor) {
    int at = from;
    while (at < to) {
      int tag = (int) WireScan.varint(bytes, at);
      int length = WireScan.varintEnd(bytes, at);
      int end = WireScan.skip(bytes, tag, length);
      if (tag == POINT) {
        point.read(bytes, WireScan.varintEnd(bytes, length), end, attributeTag);
        Admission admission = state.admit(point, seriesLimit, tick);
        if (admission == Admission.ADMITTED) {
          keptAny = true;
        } else {
          metrics.overBudget(admission);
          overBudgetOfMetric++;
          keptAny |= !enforce;
          if (enforce) {
            editor.delete(at, end);
            removedPoints++;
          }
        }
      }
      at = end;
    }
  }
}
