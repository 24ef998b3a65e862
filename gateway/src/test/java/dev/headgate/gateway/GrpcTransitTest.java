package dev.headgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.headgate.config.GatewayConfig;
import dev.headgate.config.Signal;
import dev.headgate.config.load.ConfigLoader;
import dev.headgate.config.load.ConfigSource;
import dev.headgate.gateway.cli.PipelineChecks;
import dev.headgate.gateway.e2e.GatewayHarness;
import dev.headgate.gateway.e2e.OtlpClient;
import dev.headgate.gateway.e2e.OtlpClient.Answer;
import dev.headgate.gateway.e2e.OtlpClient.Transport;
import dev.headgate.gateway.receive.Receiver;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Direct memory is the process's, so its budget is.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class GrpcTransitTest {
  private static final String YAML =
      """
      receivers:
        otlp/a: {protocols: {grpc: {endpoint: "127.0.0.1:0"}}}
        otlp/b: {protocols: {grpc: {endpoint: "127.0.0.1:0"}}}
      exporters: {nop: {}}
      service: {pipelines: {traces: {receivers: [otlp/a, otlp/b], exporters: [nop]}}}
      """;

  private static final int TRANSIT_BYTES = 130_000;
  private static final int PART_BYTES = 80_000;
  private static final Duration LESS_THAN_READ_TIMEOUT = Duration.ofSeconds(15);
  private static final int NO_ROOM = 14;
  private static final int INVALID = 3;

  /// The beginning of a message.
  private static final class Part extends RequestBody {
    private final int bytes;

    Part(int bytes) {
      this.bytes = bytes;
    }

    @Override
    public @Nullable MediaType contentType() {
      return null;
    }

    @Override
    public boolean isDuplex() {
      return true;
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
      ByteBuffer part = ByteBuffer.allocate(5 + bytes).put((byte) 0).putInt(PART_BYTES + 1);
      sink.write(part.array());
      sink.flush();
    }
  }

  private static Call begun(OtlpClient client, int bytes) {
    Call call =
        client
            .of(Transport.GRPC)
            .newCall(
                OtlpClient.build(
                    client.url(Transport.GRPC, Signal.TRACES),
                    new Part(bytes),
                    OtlpClient.grpc(Map.of())));
    call.enqueue(new Ignored());
    return call;
  }

  private static final class Ignored implements Callback {
    @Override
    public void onFailure(Call call, IOException e) {}

    @Override
    public void onResponse(Call call, Response response) {
      response.close();
    }
  }

  private static Answer garbage(OtlpClient client) {
    return client.export(Transport.GRPC, Signal.TRACES, filled());
  }

  private static byte[] filled() {
    byte[] bytes = new byte[PART_BYTES];
    Arrays.fill(bytes, (byte) 7);
    return bytes;
  }

  private static final Reload.Ways NO_WAYS =
      new Reload.Ways() {
        @Override
        public void change(GatewayConfig config) {}

        @Override
        public void lookAtFiles() {}
      };

  @Test
  void what_arrives_at_one_receiver_counts_at_the_other() throws Exception {
    var config =
        new ConfigLoader(_ -> null, new PipelineChecks())
            .load(List.of(new ConfigSource("test.yaml", YAML)), List.of())
            .config();
    Core core = new Core(MemoryPlan.of(config));
    core.transitBudget.resizeTo(TRANSIT_BYTES);
    Operator operator = new Operator(core, "test", null, null, NO_WAYS, () -> config);
    Graph graph = new Assembly(core, null, config, operator).build().graph();
    var _ = core.routing.swap(graph.routes());
    core.workers.start();
    List<Receiver> receivers =
        graph.receivers().values().stream().map(Graph.Inlet::receiver).toList();
    receivers.forEach(Receiver::open);
    try (OtlpClient a = new OtlpClient(receivers.getFirst().port(), 0);
        OtlpClient b = new OtlpClient(receivers.getLast().port(), 0)) {
      assertThat(garbage(b).status()).isEqualTo(INVALID);
      Call held = begun(a, PART_BYTES);
      await()
          .atMost(GatewayHarness.PATIENCE)
          .until(() -> core.transitBudget.usedBytes() >= PART_BYTES + core.transit.besideBytes());
      assertThat(garbage(b).status()).isEqualTo(NO_ROOM);
      held.cancel();
      await().atMost(GatewayHarness.PATIENCE).until(() -> core.transitBudget.usedBytes() == 0);

      // Who was refused has room reserved by the first bytes, but not for the read timeout.
      Call stalled = begun(b, 1);
      await()
          .atMost(GatewayHarness.PATIENCE)
          .until(() -> core.transitBudget.usedBytes() >= TRANSIT_BYTES / 16);
      await().atMost(LESS_THAN_READ_TIMEOUT).until(() -> core.transitBudget.usedBytes() == 0);
      stalled.cancel();
      assertThat(garbage(b).status()).isEqualTo(INVALID);
    } finally {
      receivers.forEach(Receiver::stopAccepting);
      receivers.forEach(receiver -> receiver.stop(Duration.ofSeconds(1)));
      graph.receivers().values().forEach(inlet -> inlet.socket().close());
      boolean _ = core.workers.stop(core.clock.nanoTime());
      graph.exporters().values().forEach(outlet -> outlet.transport().close());
      core.scheduler.close();
      core.loops.close();
    }
  }
}
