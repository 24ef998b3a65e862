package dev.headgate.exporters.local;

import dev.headgate.config.DebugExporterConfig.Verbosity;
import dev.headgate.exporters.delivery.ExportOutcome;
import dev.headgate.exporters.delivery.ExportRequest;
import dev.headgate.exporters.delivery.Transport;
import dev.headgate.pipeline.otlp.JsonRenderer;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/// The `debug` exporter: a line for each request, with `verbosity: detailed` its content, to
/// standard output. It prints what reaches it: behind a redaction processor only redacted data.
///
/// **Threading:** any thread.
public final class DebugTransport implements Transport {
  private final String exporterId;
  private final Verbosity verbosity;
  private final PrintStream out;

  /// @param out where the lines go
  public DebugTransport(String exporterId, Verbosity verbosity, PrintStream out) {
    this.exporterId = exporterId;
    this.verbosity = verbosity;
    this.out = out;
  }

  @Override
  public void send(ExportRequest request, Consumer<ExportOutcome> onOutcome) {
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
      for (byte[] part : request.parts()) {
        text.append('\n')
            .append(new String(renderer.render(request.signal(), part), StandardCharsets.UTF_8));
      }
    }
    out.println(text);
    onOutcome.accept(new ExportOutcome.Delivered());
  }

  @Override
  public void close() {}
}
