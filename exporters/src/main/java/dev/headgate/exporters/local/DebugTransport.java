package dev.headgate.exporters.local;

import dev.headgate.config.DebugExporterConfig.Verbosity;
import dev.headgate.exporters.delivery.ExportOutcome;
import dev.headgate.exporters.delivery.ExportRequest;
import dev.headgate.exporters.delivery.Transport;
import dev.headgate.pipeline.memory.Content;
import dev.headgate.pipeline.otlp.JsonRenderer;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/// The `debug` exporter: a line for each request, with `verbosity: detailed` its content, to
/// standard output. It prints what reaches it: behind a redaction processor only redacted data.
///
/// **Threading:** any thread.
public final class DebugTransport implements Transport {
  private final String exporterId;
  private final Verbosity verbosity;
  private final PrintStream out;
  private final Executor executor;

  /// @param out where the lines go
  /// @param executor threads that may block: a terminal can be stopped
  public DebugTransport(
      String exporterId, Verbosity verbosity, PrintStream out, Executor executor) {
    this.exporterId = exporterId;
    this.verbosity = verbosity;
    this.out = out;
    this.executor = executor;
  }

  @Override
  public void send(ExportRequest request, Consumer<ExportOutcome> onOutcome) {
    try {
      executor.execute(() -> onOutcome.accept(print(request)));
    } catch (RejectedExecutionException e) {
      onOutcome.accept(new ExportOutcome.Retryable(null, "shutdown", "export threads stopped"));
    }
  }

  private ExportOutcome print(ExportRequest request) {
    try {
      out.println(text(request));
      return new ExportOutcome.Delivered();
    } catch (RuntimeException | OutOfMemoryError e) {
      return new ExportOutcome.Permanent(
          "exception", e.getClass().getSimpleName(), ExportOutcome.Remedy.ISOLATE);
    }
  }

  private String text(ExportRequest request) {
    StringBuilder text = new StringBuilder(128);
    text.append(exporterId)
        .append(": ")
        .append(request.signal().key())
        .append(", items ")
        .append(request.items())
        .append(", bytes ")
        .append(request.sizeBytes());
    if (verbosity == Verbosity.DETAILED) {
      JsonRenderer renderer = new JsonRenderer();
      for (Content part : request.parts()) {
        text.append('\n')
            .append(
                new String(
                    renderer.render(request.signal(), part.whole()), StandardCharsets.UTF_8));
      }
    }
    return text.toString();
  }

  @Override
  public void close() {}
}
