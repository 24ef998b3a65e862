package dev.headgate.exporters.delivery;

import dev.headgate.config.QueueConfig;
import dev.headgate.config.RetryConfig;
import dev.headgate.pipeline.ledger.Ledger;
import dev.headgate.pipeline.queue.PayloadQueue;
import dev.headgate.pipeline.queue.PayloadQueueContract;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/// A delivery keeps the contract of the queues that workers commit to.
class DeliveryContractTest extends PayloadQueueContract {
  @Override
  protected Subject open(Limits limits, Ledger ledger) {
    VirtualScheduler time = new VirtualScheduler();
    QueueConfig.Overflow overflow =
        limits.dropOldest() ? QueueConfig.Overflow.DROP_OLDEST : QueueConfig.Overflow.REFUSE;
    Delivery delivery =
        new Delivery(
            new DeliverySettings(
                EXPORTER,
                Duration.ofSeconds(5),
                new RetryConfig(
                    true,
                    Duration.ofSeconds(1),
                    0,
                    2,
                    Duration.ofSeconds(8),
                    Duration.ofMinutes(1)),
                new QueueConfig(
                    true,
                    2,
                    limits.size(),
                    limits.sizer(),
                    limits.maxBytes(),
                    overflow,
                    false,
                    null),
                limits.maxBytes(),
                new BatchLimits(Long.MAX_VALUE, 0, BatchLimits.LENGTH, false),
                List.of(new DeliverySettings.Feed(PIPELINE, null)),
                false),
            new ScriptedTransport().answer(),
            new DeliveryContext(
                time, time, new Random(1), ledger, new ExporterMetrics(new PrometheusRegistry())));
    return new Subject() {
      @Override
      public PayloadQueue queue() {
        return delivery;
      }

      @Override
      public void deliverAll() {
        time.runDue();
      }
    };
  }
}
