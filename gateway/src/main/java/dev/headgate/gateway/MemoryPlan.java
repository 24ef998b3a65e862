package dev.headgate.gateway;

import dev.headgate.config.ComponentId;
import dev.headgate.config.ExporterConfig;
import dev.headgate.config.GatewayConfig;
import dev.headgate.config.MemoryLimiterConfig;
import dev.headgate.config.ProcessorConfig;
import dev.headgate.gateway.AssemblyException.Fault;
import dev.headgate.pipeline.payload.ByteBudget;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/// Where the memory goes (design: one budget, stated at start). The budget covers what waits and
/// what is being worked on; the rest of the heap is for copies that are made of it and for the
/// program.
///
/// @param heapBytes the largest heap
/// @param budgetBytes the byte budget
/// @param maxMessageBytes the largest message where a receiver does not say
/// @param queueBytes the byte cap of each exporter that does not say
record MemoryPlan(long heapBytes, long budgetBytes, long maxMessageBytes, long queueBytes) {
  private static final double BUDGET_SHARE = 0.4;
  private static final double DEFAULT_SPIKE_SHARE = 0.2;
  private static final long LARGEST_DEFAULT_MESSAGE = 64L << 20;
  private static final long LARGEST_DEFAULT_PART = 8;
  private static final long LARGEST_PART = 4;
  private static final long IDLE_PART = 4;
  private static final long MOST_IDLE_BYTES = 64L << 20;
  private static final long LEAST_QUEUE_PART = 16;
  private static final double QUEUES_SHARE = 0.75;

  /// Divides the heap. The smallest of several memory limiters counts, one without limits not.
  static MemoryPlan of(
      long heapBytes, Collection<MemoryLimiterConfig> limiters, Collection<Long> queueCaps) {
    long budget = (long) (heapBytes * BUDGET_SHARE);
    for (MemoryLimiterConfig limiter : limiters) {
      if (limiter.limitBytes() > 0 || limiter.limitPercentage() > 0) {
        budget = Math.min(budget, softLimitBytes(limiter, heapBytes));
      }
    }
    budget = Math.max(1, budget);
    long said = queueCaps.stream().mapToLong(Long::longValue).sum();
    long silent = queueCaps.stream().filter(cap -> cap == 0).count();
    long queues = ((long) (budget * QUEUES_SHARE) - said) / Math.max(1, silent);
    return new MemoryPlan(
        heapBytes,
        budget,
        Math.max(1, Math.min(LARGEST_DEFAULT_MESSAGE, budget / LARGEST_DEFAULT_PART)),
        Math.max(Math.max(1, budget / LEAST_QUEUE_PART), queues));
  }

  /// Divides the heap of this process for a configuration.
  static MemoryPlan of(GatewayConfig config) {
    List<MemoryLimiterConfig> limiters = new ArrayList<>();
    for (ProcessorConfig processor : config.processors().values()) {
      if (processor instanceof MemoryLimiterConfig limiter) {
        limiters.add(limiter);
      }
    }
    List<Long> queueCaps = new ArrayList<>();
    for (Map.Entry<ComponentId, ExporterConfig> exporter : config.exporters().entrySet()) {
      if (Draft.isUsed(config, exporter.getKey())) {
        queueCaps.add(queueCap(exporter.getValue()));
      }
    }
    return of(Runtime.getRuntime().maxMemory(), limiters, queueCaps);
  }

  private static long queueCap(ExporterConfig exporter) {
    return ExporterFactory.delivery(exporter).queue().maxBytes();
  }

  /// What does not fit: byte caps of queues that together are more than the queues' share.
  List<Fault> faults(GatewayConfig config) {
    long share = (long) (budgetBytes * QUEUES_SHARE);
    long sum = 0;
    List<Fault> faults = new ArrayList<>();
    for (Map.Entry<ComponentId, ExporterConfig> exporter : config.exporters().entrySet()) {
      long cap = queueCap(exporter.getValue());
      if (cap > 0 && Draft.isUsed(config, exporter.getKey())) {
        sum += cap;
        if (sum > share) {
          faults.add(
              new Fault(
                  List.of("exporters", exporter.getKey().toString(), "sending_queue", "max_bytes"),
                  sum
                      + " with those of the exporters before (expected: together at most "
                      + share
                      + ", three quarters of the byte budget)"));
        }
      }
    }
    return faults;
  }

  /// What the Collector calls the soft limit: limit minus spike.
  private static long softLimitBytes(MemoryLimiterConfig limiter, long heapBytes) {
    long limit =
        limiter.limitBytes() > 0
            ? limiter.limitBytes()
            : (long) (heapBytes * limiter.limitPercentage() / 100);
    long spike = (long) (limit * DEFAULT_SPIKE_SHARE);
    if (limiter.spikeLimitBytes() > 0) {
      spike = limiter.spikeLimitBytes();
    } else if (limiter.spikeLimitPercentage() > 0) {
      spike = (long) (heapBytes * limiter.spikeLimitPercentage() / 100);
    }
    return limit - spike;
  }

  /// The largest message of a receiver: what it says, but never more than a quarter of the budget,
  /// because a message is copied while it is worked on.
  long maxMessageBytes(long configuredBytes) {
    return configuredBytes <= 0
        ? maxMessageBytes
        : Math.min(configuredBytes, budgetBytes / LARGEST_PART);
  }

  /// What arrays may take that wait to be used again: as much as the budget has free, because they
  /// would take it if requests came, and a quarter of it, so that a full gateway uses its arrays
  /// again, too: bodies that have only begun to arrive are charged and have none yet. How much they
  /// take is how unevenly requests come, which does not grow with the heap.
  static long idleArrayBytes(ByteBudget budget) {
    long capacity = budget.capacityBytes();
    long free = Math.max(0, capacity - budget.usedBytes());
    return Math.min(MOST_IDLE_BYTES, free + capacity / IDLE_PART);
  }

  /// From what size on requests are worked on one after the other.
  long largeWorkBytes() {
    return Math.max(1 << 16, budgetBytes / 16);
  }
}
