package dev.headgate.pipeline.process.transform;

import dev.headgate.config.OttlGroup;
import dev.headgate.config.Signal;
import dev.headgate.config.TransformConfig;
import dev.headgate.pipeline.log.RateLimitedLog;
import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.payload.Payload;
import dev.headgate.pipeline.process.ChainContext;
import dev.headgate.pipeline.process.Processor;
import dev.headgate.pipeline.process.ottl.FailureReport;
import dev.headgate.pipeline.process.ottl.OttlException;
import dev.headgate.pipeline.process.regex.Lender;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import java.util.ArrayList;
import java.util.List;

/// The `transform` processor: statements that change items, scopes and resources. Groups are
/// executed one after another, each on what the one before has left.
///
/// **Threading:** any thread.
public final class TransformProcessor implements Processor {
  private final List<Pass> passes = new ArrayList<>();

  /// One group and what walks a payload with it.
  private record Pass(Signal signal, Lender<TransformWalk> walks) {}

  /// @param id the component's id as written
  /// @param log for statements that cannot be evaluated
  public TransformProcessor(
      String id, TransformConfig config, TransformMetrics metrics, RateLimitedLog log) {
    CounterDataPoint errors = metrics.errors(id);
    for (OttlGroup group : config.groups()) {
      StatementGroup statements = parse(group);
      FailureReport failures = new FailureReport(id, group.errorMode(), errors, log);
      passes.add(
          new Pass(group.signal(), new Lender<>(() -> new TransformWalk(statements, failures))));
    }
  }

  private static StatementGroup parse(OttlGroup group) {
    try {
      return StatementGroup.of(group);
    } catch (OttlException e) {
      throw new IllegalArgumentException("statement: " + e.problem(), e);
    }
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // whether a pass before has changed it
  public Payload process(Payload payload, ChainContext context) {
    Payload current = payload;
    for (Pass pass : passes) {
      if (pass.signal() == payload.signal()) {
        TransformWalk walk = pass.walks().take();
        Bytes changed = walk.run(current.bytes(), context.editor());
        pass.walks().giveBack(walk);
        if (changed != null) {
          if (current != payload) {
            current.bytes().release(); // between two passes
          }
          current = current.with(changed, current.items());
        }
      }
    }
    return current;
  }
}
