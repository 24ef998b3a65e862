package dev.headgate.exporters.backend;

import dev.headgate.config.BackendKind;
import dev.headgate.exporters.client.ExportLoops;
import dev.headgate.exporters.client.GrpcClient;
import dev.headgate.exporters.delivery.ExportOutcome;
import dev.headgate.exporters.delivery.ExportRequest;
import dev.headgate.exporters.delivery.Transport;
import java.io.IOException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/// The way to a backend that speaks OTLP/gRPC.
///
/// **Threading:** any thread; compression and framing run on the shared export threads.
///
/// **Ownership:** owns its client.
public final class OtlpGrpcTransport implements Transport {
  private final GrpcClient client;
  private final ExportLoops loops;
  private final BackendKind backend;

  /// @throws IOException when certificates cannot be read
  public OtlpGrpcTransport(GrpcClient.Settings settings, BackendKind backend, ExportLoops loops)
      throws IOException {
    this.client = new GrpcClient(settings, loops);
    this.loops = loops;
    this.backend = backend;
  }

  @Override
  public void send(ExportRequest request, Consumer<ExportOutcome> onOutcome) {
    try {
      loops
          .executor()
          .execute(() ->
              client.export(request, reply -> onOutcome.accept(GrpcOutcomes.of(reply, backend))));
    } catch (RejectedExecutionException e) {
      onOutcome.accept(new ExportOutcome.Retryable(null, "shutdown", "export threads stopped"));
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
