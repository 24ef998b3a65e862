package dev.headgate.gateway;

import dev.headgate.config.ComponentId;
import dev.headgate.config.ExporterConfig;
import dev.headgate.config.GatewayConfig;
import dev.headgate.config.HostPort;
import dev.headgate.config.Signal;
import dev.headgate.exporters.delivery.Delivery;
import dev.headgate.exporters.delivery.DeliverySettings;
import dev.headgate.exporters.delivery.Transport;
import dev.headgate.gateway.admin.AdminServer;
import dev.headgate.gateway.receive.ListenSocket;
import dev.headgate.gateway.receive.Receiver;
import dev.headgate.pipeline.process.Processor;
import dev.headgate.pipeline.worker.Pipeline;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Everything that one configuration runs, as a value: a reload makes the next one, in which the
/// parts that did not change are the very same objects.
///
/// @param processors by id; those that do nothing in a chain have none
/// @param admin by what they are for, see [Assembly]
record Graph(
    GatewayConfig config,
    MemoryPlan memory,
    Map<ReceiverKey, Inlet> receivers,
    Map<ComponentId, Processor> processors,
    List<AssembledPipeline> pipelines,
    Map<ComponentId, Outlet> exporters,
    Map<String, Admin> admin) {

  /// A receiver and one of its transports (`grpc` or `http`).
  record ReceiverKey(ComponentId id, String transport) {}

  /// A running receiver.
  ///
  /// @param recipe everything that it was made from
  record Inlet(Object recipe, HostPort endpoint, ListenSocket socket, Receiver receiver) {}

  /// A pipeline and the receivers in front of it.
  record AssembledPipeline(List<ComponentId> receivers, Pipeline pipeline) {}

  /// A running exporter.
  ///
  /// @param config everything that its transport was made from
  record Outlet(
      ExporterConfig config, DeliverySettings settings, Transport transport, Delivery delivery) {}

  /// A running listener of the administration.
  record Admin(HostPort endpoint, AdminServer server) {}

  /// The pipelines by receiver and signal, in the order of the configuration.
  Map<String, Map<Signal, List<Pipeline>>> routes() {
    Map<String, Map<Signal, List<Pipeline>>> routes = new HashMap<>();
    for (AssembledPipeline assembled : pipelines) {
      for (ComponentId receiver : assembled.receivers()) {
        routes
            .computeIfAbsent(receiver.toString(), _ -> new EnumMap<>(Signal.class))
            .computeIfAbsent(assembled.pipeline().id().signal(), _ -> new ArrayList<>())
            .add(assembled.pipeline());
      }
    }
    return routes;
  }
}
