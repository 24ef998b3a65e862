package dev.headgate.exporters.local;

import dev.headgate.config.FileExporterConfig;
import dev.headgate.exporters.delivery.ExportOutcome;
import dev.headgate.exporters.delivery.ExportRequest;
import dev.headgate.exporters.delivery.Transport;
import dev.headgate.pipeline.memory.Content;
import dev.headgate.pipeline.otlp.JsonRenderer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/// The `file` exporter: appends each payload as one line of OTLP/JSON.
///
/// **Threading:** any thread; lines are written one after another on threads that may block.
///
/// **Ownership:** owns its file.
public final class FileTransport implements Transport {
  private final Executor executor;
  private final RotatingFile file;
  private final JsonRenderer renderer = new JsonRenderer();
  private final Object writing = new Object();

  /// @param executor threads that may block
  /// @throws IOException when the file cannot be opened
  public FileTransport(FileExporterConfig config, Executor executor) throws IOException {
    this.executor = executor;
    this.file =
        new RotatingFile(
            config.path(), config.append(), config.maxFileBytes(), config.maxBackups());
  }

  @Override
  public void send(ExportRequest request, Consumer<ExportOutcome> onOutcome) {
    try {
      executor.execute(() -> onOutcome.accept(write(request)));
    } catch (RejectedExecutionException e) {
      onOutcome.accept(new ExportOutcome.Retryable(null, "shutdown", "export threads stopped"));
    }
  }

  private ExportOutcome write(ExportRequest request) {
    synchronized (writing) {
      try {
        List<byte[]> lines = new ArrayList<>(request.parts().size());
        for (Content part : request.parts()) {
          lines.add(renderer.render(request.signal(), part.whole()));
        }
        file.append(lines);
        return new ExportOutcome.Delivered();
      } catch (IOException e) {
        return new ExportOutcome.Retryable(null, "io", describe(e));
      } catch (RuntimeException e) {
        return new ExportOutcome.Permanent(
            "exception", e.getClass().getSimpleName(), ExportOutcome.Remedy.ISOLATE);
      } catch (OutOfMemoryError e) {
        return new ExportOutcome.Retryable(null, "exception", "OutOfMemoryError");
      }
    }
  }

  /// The system's words, such as "No space left on device".
  private static String describe(IOException e) {
    String kind = e.getClass().getSimpleName();
    return e.getMessage() == null ? kind : kind + ": " + e.getMessage();
  }

  @Override
  public void close() {
    synchronized (writing) {
      file.close();
    }
  }
}
