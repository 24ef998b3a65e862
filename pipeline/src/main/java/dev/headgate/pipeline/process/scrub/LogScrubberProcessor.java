package dev.headgate.pipeline.process.scrub;

import dev.headgate.config.ComponentId;
import dev.headgate.config.LogScrubberConfig;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.payload.Payload;
import dev.headgate.pipeline.process.ChainContext;
import dev.headgate.pipeline.process.Processor;
import dev.headgate.pipeline.process.regex.Lender;
import dev.headgate.pipeline.process.regex.Regex;
import dev.headgate.pipeline.process.regex.RegexSet;
import dev.headgate.pipeline.process.regex.Template;
import dev.headgate.pipeline.process.secrets.TextRules;
import dev.headgate.pipeline.wire.Utf8;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import java.util.ArrayList;
import java.util.List;

/// Rewrites what its rules match in the string bodies of log records and in the strings nested in
/// them. Rules apply in order, each to what the one before has left; rule packs come last.
///
/// **Threading:** any thread.
public final class LogScrubberProcessor implements Processor {
  private static final byte[] MASK = Utf8.bytes("[REDACTED]");

  private final Lender<ScrubWalk> walks;
  private final boolean nothingToDo;

  /// Creates the processor with all its counters at 0.
  public LogScrubberProcessor(ComponentId id, LogScrubberConfig config, ScrubMetrics metrics) {
    List<Regex> patterns = new ArrayList<>();
    List<Template> replacements = new ArrayList<>();
    for (LogScrubberConfig.Rule rule : config.rules()) {
      Regex pattern = Regex.compile(rule.pattern());
      patterns.add(pattern);
      replacements.add(Template.of(rule.replacement(), pattern.pattern()));
    }
    TextRules rules =
        TextRules.of(
            new RegexSet(patterns, replacements),
            config.rulePacks(),
            (out, text, from, to) -> out.writeRaw(MASK, 0, MASK.length));
    CounterDataPoint[] counters =
        metrics.bind(id.toString(), rules.patterns(), rules.secretNames());
    this.nothingToDo = rules.size() == 0;
    this.walks = new Lender<>(() -> new ScrubWalk(rules, counters));
  }

  @Override
  public Payload process(Payload payload, ChainContext context) {
    if (nothingToDo || payload.signal() != Signal.LOGS) {
      return payload;
    }
    ScrubWalk walk = walks.take();
    Bytes scrubbed = walk.run(payload.bytes(), context.editor());
    walks.giveBack(walk);
    return scrubbed == null ? payload : payload.with(scrubbed, payload.items());
  }
}
