package dev.headgate.gateway;

import dev.headgate.config.BackendConfig;
import dev.headgate.config.BasicClientAuthConfig;
import dev.headgate.config.BearerTokenAuthConfig;
import dev.headgate.config.ClientAuthConfig;
import dev.headgate.config.ComponentId;
import dev.headgate.config.DebugExporterConfig;
import dev.headgate.config.DeliveryConfig;
import dev.headgate.config.ExporterConfig;
import dev.headgate.config.FileExporterConfig;
import dev.headgate.config.HeadersSetterConfig;
import dev.headgate.config.NopExporterConfig;
import dev.headgate.config.OtlpGrpcExporterConfig;
import dev.headgate.config.OtlpHttpExporterConfig;
import dev.headgate.config.Secret;
import dev.headgate.exporters.backend.AdaptingTransport;
import dev.headgate.exporters.backend.BackendLimits;
import dev.headgate.exporters.backend.OtlpGrpcTransport;
import dev.headgate.exporters.backend.OtlpHttpTransport;
import dev.headgate.exporters.client.ExportLoops;
import dev.headgate.exporters.client.GrpcClient;
import dev.headgate.exporters.client.GrpcEndpoint;
import dev.headgate.exporters.delivery.BatchLimits;
import dev.headgate.exporters.delivery.Transport;
import dev.headgate.exporters.local.DebugTransport;
import dev.headgate.exporters.local.FileTransport;
import dev.headgate.exporters.local.NopTransport;
import dev.headgate.pipeline.otlp.SeededHash;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Makes an exporter's transport and says what its backend takes.
///
/// @param loops the threads that all transports share
/// @param wallClock what dates in answers are read against
/// @param out where the debug exporter prints
record ExporterFactory(ExportLoops loops, InstantSource wallClock, PrintStream out) {
  /// Makes a transport.
  ///
  /// @param starting whether the process starts
  Transport transport(ComponentId id, ExporterConfig config, boolean starting) throws IOException {
    return switch (config) {
      case OtlpGrpcExporterConfig grpc -> {
        BackendConfig backend = grpc.delivery().backend();
        yield adapting(
            backend,
            new OtlpGrpcTransport(
                new GrpcClient.Settings(
                    GrpcEndpoint.parse(grpc.endpoint(), grpc.plaintext()),
                    grpc.tls(),
                    grpc.compression(),
                    grpc.headers(),
                    grpc.auth()),
                backend.kind(),
                loops));
      }
      case OtlpHttpExporterConfig http ->
          adapting(http.delivery().backend(), new OtlpHttpTransport(http, loops, wallClock));
      case FileExporterConfig file ->
          new FileTransport(starting ? file : continued(file), loops.blocking());
      case DebugExporterConfig debug ->
          new DebugTransport(id.toString(), debug.verbosity(), out, loops.blocking());
      case NopExporterConfig _ -> new NopTransport();
    };
  }

  private Transport adapting(BackendConfig backend, Transport transport) {
    SplittableRandom random = new SplittableRandom();
    SeededHash hash = new SeededHash(random.nextLong(), random.nextLong());
    return AdaptingTransport.of(backend, transport, hash, loops.executor());
  }

  /// A reload is not a start: it replaces no file, because this process may have written it.
  private static FileExporterConfig continued(FileExporterConfig file) {
    return new FileExporterConfig(
        file.path(), true, file.maxFileBytes(), file.maxBackups(), file.delivery());
  }

  /// Where an exporter leads: of two that are equal in this, one may send what waits for the other.
  /// How it gets there (timeouts, compression, TLS, passwords, tokens) does not count; the tenant
  /// does, and the user of basic authentication with it, because that is the tenant at some
  /// backends.
  static Object destination(ExporterConfig config) {
    return switch (config) {
      case OtlpGrpcExporterConfig grpc ->
          List.of(grpc.endpoint(), addressing(grpc.headers(), grpc.auth()));
      case OtlpHttpExporterConfig http ->
          List.of(http.endpoints(), addressing(http.headers(), http.auth()));
      case FileExporterConfig file -> file.path();
      case DebugExporterConfig _ -> "debug";
      case NopExporterConfig _ -> "nop";
    };
  }

  private static List<Object> addressing(
      Map<String, Secret> headers, @Nullable ClientAuthConfig auth) {
    Map<String, Secret> addressing = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    addressing.putAll(headers);
    Secret authorization = addressing.remove("authorization");
    List<Object> all = new ArrayList<>();
    all.add(addressing);
    if (authorization != null) {
      addUser(authorization.reveal(), all);
    }
    switch (auth) {
      case null -> {}
      case HeadersSetterConfig setter -> all.add(setter);
      case BasicClientAuthConfig basic ->
          all.add(
              basic.usernameFile() == null ? new Secret(basic.username()) : basic.usernameFile());
      case BearerTokenAuthConfig bearer -> {
        if (!bearer.tokens().isEmpty()) {
          addUser((bearer.scheme() + " " + bearer.tokens().getFirst().reveal()).strip(), all);
        }
      }
    }
    return List.copyOf(all);
  }

  /// Adds the user of basic credentials (RFC 7617), if these are such.
  private static void addUser(String credentials, List<Object> to) {
    if (!credentials.regionMatches(true, 0, "Basic ", 0, 6)) {
      return;
    }
    try {
      byte[] decoded = Base64.getDecoder().decode(credentials.substring(6).strip());
      String userAndPassword = new String(decoded, StandardCharsets.UTF_8);
      to.add(new Secret(userAndPassword.split(":", 2)[0]));
    } catch (IllegalArgumentException _) {
      to.add(new Secret(credentials)); // whoever that is
    }
  }

  static DeliveryConfig delivery(ExporterConfig config) {
    return switch (config) {
      case OtlpGrpcExporterConfig grpc -> grpc.delivery();
      case OtlpHttpExporterConfig http -> http.delivery();
      case FileExporterConfig file -> file.delivery();
      case DebugExporterConfig debug -> debug.delivery();
      case NopExporterConfig nop -> nop.delivery();
    };
  }

  static BatchLimits limits(ExporterConfig config) {
    return switch (config) {
      case OtlpGrpcExporterConfig grpc -> BackendLimits.of(grpc.delivery().backend().kind(), true);
      case OtlpHttpExporterConfig http -> BackendLimits.of(http.delivery().backend().kind(), false);
      case FileExporterConfig _, DebugExporterConfig _, NopExporterConfig _ ->
          BackendLimits.local();
    };
  }
}
