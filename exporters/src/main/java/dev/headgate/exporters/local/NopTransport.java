package dev.headgate.exporters.local;

import dev.headgate.exporters.delivery.ExportOutcome;
import dev.headgate.exporters.delivery.ExportRequest;
import dev.headgate.exporters.delivery.Transport;
import java.util.function.Consumer;

/// Takes everything and keeps nothing.
///
/// **Threading:** any thread.
public final class NopTransport implements Transport {
  @Override
  public void send(ExportRequest request, Consumer<ExportOutcome> onOutcome) {
    onOutcome.accept(new ExportOutcome.Delivered());
  }

  @Override
  public void close() {}
}
