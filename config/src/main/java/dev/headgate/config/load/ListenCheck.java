package dev.headgate.config.load;

import dev.headgate.config.ComponentId;
import dev.headgate.config.GatewayConfig;
import dev.headgate.config.GrpcServerConfig;
import dev.headgate.config.HealthCheckConfig;
import dev.headgate.config.HostPort;
import dev.headgate.config.HttpServerConfig;
import dev.headgate.config.OtlpReceiverConfig;
import dev.headgate.config.Signal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// Finds addresses and paths that two listeners want, before anything is bound.
final class ListenCheck {
  private static final Set<String> ALL_INTERFACES = Set.of("0.0.0.0", "::");

  private final Place root;
  private final List<Listener> listeners = new ArrayList<>();

  private record Listener(Place place, Mark mark, HostPort address) {}

  ListenCheck(Place root) {
    this.root = root;
  }

  void check(
      GatewayConfig config,
      Map<ComponentId, Mark> receiverMarks,
      Map<ComponentId, Mark> extensionMarks,
      Mark telemetryMark) {
    for (Map.Entry<ComponentId, OtlpReceiverConfig> entry : config.receivers().entrySet()) {
      ComponentId id = entry.getKey();
      Mark mark = Objects.requireNonNull(receiverMarks.get(id));
      Place protocols = root.key("receivers").key(id.toString()).key("protocols");
      GrpcServerConfig grpc = entry.getValue().grpc();
      if (grpc != null) {
        add(protocols.key("grpc").key("endpoint"), mark, grpc.endpoint());
      }
      HttpServerConfig http = entry.getValue().http();
      if (http != null) {
        add(protocols.key("http").key("endpoint"), mark, http.endpoint());
        checkPaths(protocols.key("http"), mark, http);
      }
    }
    for (Map.Entry<ComponentId, HealthCheckConfig> entry : config.extensions().entrySet()) {
      ComponentId id = entry.getKey();
      add(
          root.key("extensions").key(id.toString()).key("endpoint"),
          Objects.requireNonNull(extensionMarks.get(id)),
          entry.getValue().endpoint());
    }
    HostPort metrics = config.service().telemetry().metricsAddress();
    if (metrics != null) {
      add(root.key("service").key("telemetry").key("metrics"), telemetryMark, metrics);
    }
  }

  private void add(Place place, Mark mark, HostPort address) {
    for (Listener other : listeners) {
      if (clash(other.address(), address)) {
        place.problem(
            mark,
            "the address "
                + address
                + " is also that of "
                + other.place().path()
                + " (expected: another port)");
        return;
      }
    }
    listeners.add(new Listener(place, mark, address));
  }

  private static boolean clash(HostPort a, HostPort b) {
    if (a.port() != b.port() || a.port() == 0) {
      return false;
    }
    return ALL_INTERFACES.contains(a.host())
        || ALL_INTERFACES.contains(b.host())
        || loopback(a.host()).equals(loopback(b.host()));
  }

  private static String loopback(String host) {
    return host.equalsIgnoreCase("localhost") ? "127.0.0.1" : host;
  }

  private static void checkPaths(Place place, Mark mark, HttpServerConfig http) {
    Map<String, Signal> byPath = new HashMap<>();
    for (Signal signal : Signal.values()) {
      Signal other = byPath.putIfAbsent(http.urlPath(signal), signal);
      if (other != null) {
        place
            .key(signal.key() + "_url_path")
            .problem(mark, "is also the path of " + other.key() + " (expected: another path)");
      }
    }
  }
}
