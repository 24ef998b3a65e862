package dev.headgate.exporters.delivery;

import dev.headgate.config.PipelineId;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.ledger.ExporterLedger;
import dev.headgate.pipeline.ledger.Ledger;
import dev.headgate.pipeline.payload.Payload;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// By what a delivery works at present: what a configuration says, and how payloads are queued by
/// it.
///
/// @param sources where payloads may come from; never changed
/// @param generation how many settings the delivery had before
record Setup(DeliverySettings settings, Map<PipelineId, Source> sources, int generation) {
  /// A pipeline that ends in the exporter, or did.
  record Source(DeliverySettings.Feed feed, ExporterLedger ledger) {}

  /// The first of a delivery.
  static Setup first(DeliverySettings settings, Ledger ledger) {
    return new Setup(settings, sources(settings, Map.of(), ledger), 0);
  }

  /// The one after this, by other settings.
  Setup next(DeliverySettings next, Ledger ledger) {
    return new Setup(next, sources(next, sources, ledger), generation + 1);
  }

  /// Pipelines that end here no longer stay: some of their payloads may still be on the way here.
  private static Map<PipelineId, Source> sources(
      DeliverySettings settings, Map<PipelineId, Source> before, Ledger ledger) {
    Map<PipelineId, Source> sources = new HashMap<>(before);
    for (DeliverySettings.Feed feed : settings.feeds()) {
      PipelineId pipeline = feed.pipeline();
      sources.put(
          pipeline, new Source(feed, ledger.pipeline(pipeline).exporter(settings.exporterId())));
    }
    return sources;
  }

  Source source(PipelineId pipeline) {
    Source source = sources.get(pipeline);
    if (source == null) {
      throw new IllegalArgumentException(
          "pipeline: " + pipeline + " (expected: one that ends in " + settings.exporterId() + ")");
    }
    return source;
  }

  boolean isOrdered(Signal signal) {
    return signal == Signal.METRICS && settings.limits().metricsInOrder();
  }

  /// A payload as it is queued: one part a lane where order counts.
  List<MetricLane.Part> parts(Payload payload) {
    return isOrdered(payload.signal())
        ? MetricLane.split(payload.bytes(), payload.items(), settings.queue().numConsumers())
        : List.of(new MetricLane.Part(0, payload.bytes(), payload.items()));
  }

  Group group(Group.Key key, Source source, boolean ordered) {
    return new Group(key, settings.limits(), source.feed().batching(), source.ledger(), ordered);
  }
}
