package dev.headgate.gateway;

import dev.headgate.config.BatchConfig;
import dev.headgate.config.ComponentId;
import dev.headgate.config.DeliveryConfig;
import dev.headgate.config.ExporterConfig;
import dev.headgate.config.GatewayConfig;
import dev.headgate.config.PipelineConfig;
import dev.headgate.exporters.delivery.Delivery;
import dev.headgate.exporters.delivery.DeliverySettings;
import dev.headgate.exporters.delivery.Transport;
import dev.headgate.gateway.Graph.Outlet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Makes the exporters of a graph: first the transports, which can fail, then the queues in front
/// of them.
///
/// **Threading:** confined to the thread that assembles.
final class Outlets {
  private final Draft draft;
  private final Core core;
  private final @Nullable Graph running;
  private final GatewayConfig config;
  private final MemoryPlan memory;

  Outlets(Draft draft) {
    this.draft = draft;
    this.core = draft.core;
    this.running = draft.running;
    this.config = draft.config;
    this.memory = draft.memory;
  }

  /// The transports of all exporters in use that can be had.
  Map<ComponentId, Transport> transports() {
    Map<ComponentId, Transport> transports = new LinkedHashMap<>();
    for (Map.Entry<ComponentId, ExporterConfig> entry : config.exporters().entrySet()) {
      ComponentId id = entry.getKey();
      if (Draft.isUsed(config, id)) {
        List<String> keys = List.of("exporters", id.toString());
        Draft.put(transports, id, draft.attempt(keys, () -> transport(id, entry.getValue())));
      }
    }
    return transports;
  }

  private Transport transport(ComponentId id, ExporterConfig exporter) throws IOException {
    Outlet before = runningOutlet(id);
    if (before != null && before.config().equals(exporter)) {
      return before.transport();
    }
    Transport transport = core.exporters.transport(id, exporter, running == null);
    draft.onFailure(transport::close);
    return transport;
  }

  private @Nullable Outlet runningOutlet(ComponentId id) {
    return running == null ? null : running.exporters().get(id);
  }

  /// The exporters; the ledger knows all pipelines by now.
  Map<ComponentId, Outlet> exporters(Map<ComponentId, Transport> transports) {
    Map<ComponentId, Outlet> outlets = new LinkedHashMap<>();
    transports.forEach((id, transport) -> {
      ExporterConfig exporter = Objects.requireNonNull(config.exporters().get(id));
      DeliverySettings settings = deliverySettings(id, exporter);
      Delivery delivery = delivery(id, exporter, settings, transport);
      outlets.put(id, new Outlet(exporter, settings, transport, delivery));
    });
    return outlets;
  }

  /// The queue of an exporter: the one it has, as long as it leads to the same destination.
  private Delivery delivery(
      ComponentId id, ExporterConfig exporter, DeliverySettings settings, Transport transport) {
    Outlet before = runningOutlet(id);
    if (before == null) {
      return new Delivery(settings, transport, core.delivery);
    }
    boolean sameDestination =
        ExporterFactory.destination(exporter).equals(ExporterFactory.destination(before.config()));
    if (!sameDestination || !before.delivery().couldUse(settings)) {
      return new Delivery(settings, transport, core.delivery);
    }
    boolean same =
        before.config().equals(exporter)
            && before.settings().feeds().equals(settings.feeds())
            && before.settings().maxBytes() == settings.maxBytes();
    if (!same) {
      draft.onHandover(() -> change(before, settings, transport));
    }
    return before.delivery();
  }

  private void change(Outlet before, DeliverySettings settings, Transport transport) {
    var released = before.delivery().use(settings, transport);
    if (!transport.equals(before.transport())) {
      var _ = released.thenRunAsync(before.transport()::close, core.loops.blocking());
    }
  }

  private DeliverySettings deliverySettings(ComponentId id, ExporterConfig exporter) {
    DeliveryConfig delivery = ExporterFactory.delivery(exporter);
    List<DeliverySettings.Feed> feeds = new ArrayList<>();
    for (PipelineConfig pipeline : config.service().pipelines()) {
      if (pipeline.exporters().contains(id)) {
        feeds.add(
            DeliverySettings.Feed.of(pipeline.id(), delivery.queue(), batchProcessor(pipeline)));
      }
    }
    long maxBytes =
        delivery.queue().maxBytes() > 0 ? delivery.queue().maxBytes() : memory.queueBytes();
    return new DeliverySettings(
        id.toString(),
        delivery.timeout(),
        delivery.retry(),
        delivery.queue(),
        maxBytes,
        ExporterFactory.limits(exporter),
        feeds,
        delivery.required());
  }

  private @Nullable BatchConfig batchProcessor(PipelineConfig pipeline) {
    BatchConfig last = null;
    for (ComponentId id : pipeline.processors()) {
      if (config.processors().get(id) instanceof BatchConfig batch) {
        last = batch;
      }
    }
    return last;
  }
}
