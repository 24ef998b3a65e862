package dev.headgate.exporters.backend;

import dev.headgate.config.BackendKind;
import dev.headgate.config.Compression;
import dev.headgate.exporters.client.ExportLoops;
import dev.headgate.exporters.client.GrpcClient;
import dev.headgate.exporters.delivery.ExportOutcome;
import dev.headgate.exporters.delivery.ExportRequest;
import dev.headgate.exporters.delivery.Transport;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/// The way to a backend that speaks OTLP/gRPC.
///
/// **Threading:** any thread; compression runs on the shared export threads.
///
/// **Ownership:** owns its client.
public final class OtlpGrpcTransport implements Transport {
  private final GrpcClient client;
  private final Executor framing;
  private final BackendKind backend;

  /// @throws IOException when certificates cannot be read or a header is none of gRPC's
  public OtlpGrpcTransport(GrpcClient.Settings settings, BackendKind backend, ExportLoops loops)
      throws IOException {
    this.client = new GrpcClient(settings, loops);
    // What is not compressed is not worth waking a thread for: parts under 1 KiB are copied, larger
    // ones are wrapped.
    this.framing = settings.compression() == Compression.NONE ? Runnable::run : loops.executor();
    this.backend = backend;
  }

  @Override
  public void send(ExportRequest request, Consumer<ExportOutcome> onOutcome) {
    SingleOutcome outcome = new SingleOutcome(onOutcome);
    if (outcome.refusedForSize(request)) {
      return;
    }
    outcome.guard(
        framing,
        () -> client.export(request, reply -> outcome.accept(GrpcOutcomes.of(reply, backend))));
  }

  @Override
  public void close() {
    client.close();
  }
}
