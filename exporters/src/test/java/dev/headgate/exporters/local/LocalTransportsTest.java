package dev.headgate.exporters.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.config.DebugExporterConfig.Verbosity;
import dev.headgate.config.DeliveryConfig;
import dev.headgate.config.FileExporterConfig;
import dev.headgate.config.Signal;
import dev.headgate.exporters.delivery.ExportOutcome;
import dev.headgate.exporters.delivery.ExportRequest;
import dev.headgate.pipeline.memory.SpareBytes;
import dev.headgate.pipeline.otlp.JsonRenderer;
import dev.headgate.pipeline.otlp.RandomOtlp;
import dev.headgate.pipeline.payload.Tenant;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What stays on this machine is written request by request, wherever their bytes stand.
class LocalTransportsTest {
  private final byte[] whole = new RandomOtlp(1).next(Signal.LOGS);
  private final byte[] cut = new RandomOtlp(2).next(Signal.LOGS);
  private final List<ExportOutcome> outcomes = new ArrayList<>();

  private ExportRequest request() {
    return new ExportRequest(
        Signal.LOGS,
        Tenant.NONE,
        List.of(SpareBytes.of(whole), SpareBytes.inSlices(cut)),
        whole.length + cut.length,
        2,
        1,
        false,
        Duration.ZERO);
  }

  private List<String> lines() {
    JsonRenderer renderer = new JsonRenderer();
    return List.of(line(renderer, whole), line(renderer, cut));
  }

  private static String line(JsonRenderer renderer, byte[] request) {
    return new String(renderer.render(Signal.LOGS, SpareBytes.of(request)), StandardCharsets.UTF_8);
  }

  @Test
  void a_file_gets_a_line_for_each(@TempDir Path folder) throws Exception {
    Path path = folder.resolve("out.jsonl");
    FileExporterConfig config = new FileExporterConfig(path, false, 0, 0, DeliveryConfig.DEFAULT);
    try (FileTransport file = new FileTransport(config, Runnable::run)) {
      file.send(request(), outcomes::add);
    }
    assertThat(outcomes).containsExactly(new ExportOutcome.Delivered());
    assertThat(Files.readAllLines(path)).isEqualTo(lines());
  }

  @Test
  void the_debug_exporter_prints_each() {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
    try (DebugTransport debug =
        new DebugTransport("debug", Verbosity.DETAILED, out, Runnable::run)) {
      debug.send(request(), outcomes::add);
    }
    assertThat(outcomes).containsExactly(new ExportOutcome.Delivered());
    assertThat(printed.toString(StandardCharsets.UTF_8).lines().skip(1)).isEqualTo(lines());
  }
}
