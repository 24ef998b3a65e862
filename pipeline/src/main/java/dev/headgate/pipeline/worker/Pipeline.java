package dev.headgate.pipeline.worker;

import dev.headgate.config.PipelineId;
import dev.headgate.pipeline.ledger.PipelineLedger;
import dev.headgate.pipeline.ledger.ProcessorMetrics;
import dev.headgate.pipeline.process.Processor;
import dev.headgate.pipeline.queue.PayloadQueue;
import java.util.List;

/// One assembled pipeline: its chain and the queues behind it.
///
/// @param stages the processors that do something at this place, in order
/// @param tap is shown what goes into the queues
public record Pipeline(
    PipelineId id, List<Stage> stages, List<PayloadQueue> queues, PipelineLedger ledger, Tap tap) {
  /// A pipeline that nobody looks into.
  public Pipeline(
      PipelineId id, List<Stage> stages, List<PayloadQueue> queues, PipelineLedger ledger) {
    this(id, stages, queues, ledger, new Tap());
  }

  /// A processor under its configured id.
  ///
  /// @param metrics the processor's counters for the pipeline's signal
  public record Stage(String processorId, Processor processor, ProcessorMetrics.Bound metrics) {}
}
