package dev.headgate.pipeline.process.sampling;

import dev.headgate.config.SamplerConfig;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.ledger.DropReason;
import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.payload.Payload;
import dev.headgate.pipeline.process.ChainContext;
import dev.headgate.pipeline.process.EnvelopeWalk;
import dev.headgate.pipeline.process.Processor;
import dev.headgate.pipeline.process.regex.Lender;
import dev.headgate.pipeline.wire.WireEditor;

/// The `probabilistic_sampler` processor: keeps a share of the spans and log records, decided by
/// their trace ids and the configuration alone, so that replicas agree; and, where `always_sample:
/// [error]` says so, every error.
///
/// Decisions and written values are the Collector's (0.155.0), with four exceptions in favour of
/// the data: in the mode `hash_seed` at 100 % what it fails closed on is kept; keys of Trace
/// Context level 2 and a 32nd member do not make a tracestate malformed; a malformed one is passed
/// on as it came; and errors are kept whatever their sampling priority.
///
/// **Threading:** any thread.
public final class SamplerProcessor implements Processor {
  private final SamplerMetrics.Bound spanMetrics;
  private final SamplerMetrics.Bound logMetrics;
  private final Lender<Scratch> scratch;

  /// @param id the component's id as written
  public SamplerProcessor(String id, SamplerConfig config, SamplerMetrics metrics) {
    SamplingRule rule = new SamplingRule(config);
    spanMetrics = metrics.bind(id, Signal.TRACES, "");
    logMetrics = metrics.bind(id, Signal.LOGS, config.fromAttribute());
    scratch = new Lender<>(() -> new Scratch(config, rule));
  }

  @Override
  public Payload process(Payload payload, ChainContext context) {
    return switch (payload.signal()) {
      case TRACES, LOGS -> sample(payload, context);
      case METRICS -> payload;
    };
  }

  private Payload sample(Payload payload, ChainContext context) {
    boolean spans = payload.signal() == Signal.TRACES;
    Bytes bytes = payload.bytes();
    WireEditor editor = context.editor();
    editor.reset(bytes);
    Scratch own = scratch.take();
    own.tally.clear();
    EnvelopeWalk.walk(bytes, editor, spans ? own.spans : own.logs);
    Bytes edited = editor.finish();
    own.tally.addTo(spans ? spanMetrics : logMetrics);
    long dropped = own.tally.droppedItems();
    scratch.giveBack(own);
    if (edited == null) {
      return payload;
    }
    context.drop(DropReason.SAMPLED, dropped);
    int items = payload.items() - (int) dropped;
    return payload.with(edited, items);
  }

  /// What one call needs besides its context.
  private static final class Scratch {
    private final Tally tally = new Tally();
    private final SpanSampler spans;
    private final LogSampler logs;

    private Scratch(SamplerConfig config, SamplingRule rule) {
      spans = new SpanSampler(config, rule, tally);
      logs = new LogSampler(config, rule, tally);
    }
  }
}
