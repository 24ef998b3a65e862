package dev.headgate.pipeline.process.redaction;

import dev.headgate.config.ComponentId;
import dev.headgate.config.RedactionConfig;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.otlp.OtlpMessage;
import dev.headgate.pipeline.payload.Payload;
import dev.headgate.pipeline.process.ChainContext;
import dev.headgate.pipeline.process.Processor;
import dev.headgate.pipeline.process.regex.Lender;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/// Masks, deletes or hashes what its rules match, in attributes by key and in every string by
/// value.
///
/// **Threading:** any thread.
public final class RedactionProcessor implements Processor {
  /*
   * Decisions where the configuration leaves room:
   * - A key rule replaces the whole value and with it whatever else its KeyValue holds, unknown fields
   *   included: those may be another spelling of the value.
   * - With `delete`, a value rule removes the nearest KeyValue around the match; where there is none
   *   (names, messages, log bodies and lists in them) the match is masked.
   * - Allow lists judge attributes and, at every level, the maps of log bodies; below an attribute that
   *   is allowed only the rules that block apply.
   * - A value rule that matches in a key rewrites the key. Metric names, descriptions and units are
   *   texts like all others; two metrics whose names differ only in a secret become one.
   * - An id of a length that no id has is treated as an unknown field.
   */
  private final Map<Signal, VisitPlan> plans = new EnumMap<>(Signal.class);
  private final Lender<RedactionWalk> walks;
  private final boolean nothingToDo;

  /// Creates the processor with all its counters at 0.
  public RedactionProcessor(ComponentId id, RedactionConfig config, RedactionMetrics metrics) {
    RedactionRules rules = new RedactionRules(config);
    RedactionMetrics.Bound counters =
        metrics.bind(
            id.toString(),
            RedactionRules.labels(config),
            rules.values.secretNames(),
            config.mode().name().toLowerCase(Locale.ROOT));
    VisitPlan.Visits visits =
        new VisitPlan.Visits(
            rules.all, rules.values.size() > 0, rules.sanitizers.concernsSpanNames());
    for (Signal signal : Signal.values()) {
      OtlpMessage request = OtlpMessage.request(signal);
      plans.put(signal, VisitPlan.of(request, visits));
    }
    this.nothingToDo = rules.isEmpty();
    this.walks = new Lender<>(() -> new RedactionWalk(rules, counters));
  }

  @Override
  public Payload process(Payload payload, ChainContext context) {
    if (nothingToDo) {
      return payload;
    }
    RedactionWalk walk = walks.take();
    VisitPlan plan = Objects.requireNonNull(plans.get(payload.signal()));
    Bytes redacted = walk.run(payload.bytes(), plan, context.editor());
    walks.giveBack(walk);
    return redacted == null ? payload : payload.with(redacted, payload.items());
  }
}
