package dev.headgate.gateway;

import dev.headgate.config.ComponentId;
import dev.headgate.config.ConnectionConfig;
import dev.headgate.config.GatewayConfig;
import dev.headgate.config.GrpcServerConfig;
import dev.headgate.config.HostPort;
import dev.headgate.config.HttpServerConfig;
import dev.headgate.config.OtlpReceiverConfig;
import dev.headgate.gateway.Graph.Inlet;
import dev.headgate.gateway.Graph.ReceiverKey;
import dev.headgate.gateway.receive.Entrance;
import dev.headgate.gateway.receive.ListenSocket;
import dev.headgate.gateway.receive.Receiver;
import dev.headgate.gateway.receive.connection.Connections;
import dev.headgate.gateway.receive.grpc.GrpcReceiver;
import dev.headgate.gateway.receive.http.HttpReceiver;
import dev.headgate.pipeline.worker.Route;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes the receivers of a graph. An OTLP/HTTP receiver goes on by another recipe on the same
/// address; an OTLP/gRPC receiver is followed by another on the same socket.
///
/// **Threading:** confined to the thread that assembles.
final class Inlets {
  private final Draft draft;
  private final Core core;
  private final @Nullable Graph running;
  private final GatewayConfig config;
  private final MemoryPlan memory;

  Inlets(Draft draft) {
    this.draft = draft;
    this.core = draft.core;
    this.running = draft.running;
    this.config = draft.config;
    this.memory = draft.memory;
  }

  /// All receivers that can be had, started and not yet open.
  Map<ReceiverKey, Inlet> receivers() {
    Map<ReceiverKey, Inlet> inlets = new LinkedHashMap<>();
    for (Map.Entry<ComponentId, OtlpReceiverConfig> entry : config.receivers().entrySet()) {
      ComponentId id = entry.getKey();
      if (config.service().pipelines().stream().anyMatch(p -> p.receivers().contains(id))) {
        GrpcServerConfig grpc = entry.getValue().grpc();
        HttpServerConfig http = entry.getValue().http();
        if (grpc != null) {
          ReceiverKey key = new ReceiverKey(id, "grpc");
          Draft.put(inlets, key, draft.attempt(keys(key), () -> grpcInlet(key, grpc)));
        }
        if (http != null) {
          ReceiverKey key = new ReceiverKey(id, "http");
          Draft.put(inlets, key, draft.attempt(keys(key), () -> httpInlet(key, http)));
        }
      }
    }
    return inlets;
  }

  private static List<String> keys(ReceiverKey key) {
    return List.of("receivers", key.id().toString(), "protocols", key.transport());
  }

  /// What a receiver is made from.
  private record ReceiverRecipe(Object server, long maxMessageBytes) {}

  private Inlet grpcInlet(ReceiverKey key, GrpcServerConfig grpc) throws IOException {
    long max = memory.maxMessageBytes(grpc.maxRecvMsgSizeBytes());
    ReceiverRecipe recipe = new ReceiverRecipe(grpc, max);
    Inlet before = runningInlet(key);
    if (before != null && before.recipe().equals(recipe)) {
      return before;
    }
    ListenSocket socket = socket(key, grpc.endpoint());
    GrpcReceiver receiver =
        new GrpcReceiver(socket, grpc, entrance(key, grpc.connections()), max, core.cores);
    return new Inlet(recipe, grpc.endpoint(), socket, started(receiver));
  }

  private Inlet httpInlet(ReceiverKey key, HttpServerConfig http) throws IOException {
    long max = memory.maxMessageBytes(http.maxRequestBodySizeBytes());
    ReceiverRecipe recipe = new ReceiverRecipe(http, max);
    Inlet before = runningInlet(key);
    if (before != null
        && before.endpoint().equals(http.endpoint())
        && before.receiver() instanceof HttpReceiver receiver) {
      if (!before.recipe().equals(recipe)) {
        HttpReceiver.Serving serving = receiver.prepare(http, max);
        draft.onFailure(() -> receiver.discard(serving));
        draft.onHandover(() -> receiver.use(serving));
      }
      return new Inlet(recipe, http.endpoint(), before.socket(), receiver);
    }
    ListenSocket socket = socket(key, http.endpoint());
    HttpReceiver receiver =
        new HttpReceiver(socket, http, entrance(key, http.connections()), max, core.cores);
    return new Inlet(recipe, http.endpoint(), socket, started(receiver));
  }

  private Receiver started(Receiver receiver) throws IOException {
    draft.onFailure(() -> {
      receiver.stopAccepting();
      receiver.stop(Duration.ZERO);
    });
    receiver.start();
    return receiver;
  }

  private @Nullable Inlet runningInlet(ReceiverKey key) {
    return running == null ? null : running.receivers().get(key);
  }

  /// The socket of an address: the one that is open already, whichever receiver it serves now.
  private ListenSocket socket(ReceiverKey key, HostPort endpoint) throws IOException {
    Inlet own = runningInlet(key);
    if (own != null && own.endpoint().equals(endpoint)) {
      return own.socket();
    }
    if (running != null && endpoint.port() != 0) {
      for (Inlet inlet : running.receivers().values()) {
        if (inlet.endpoint().equals(endpoint)) {
          return inlet.socket();
        }
      }
    }
    ListenSocket socket = ListenSocket.open(endpoint);
    draft.onFailure(socket::close);
    return socket;
  }

  private Entrance entrance(ReceiverKey key, ConnectionConfig limits) {
    String id = key.id().toString();
    return new Entrance(
        new Connections(core.connectionMetrics.bind(id, key.transport()), limits, core.clock),
        core.admission,
        core.transit,
        new Route(core.receiverMetrics.bind(id, key.transport()), id, core.routing));
  }
}
