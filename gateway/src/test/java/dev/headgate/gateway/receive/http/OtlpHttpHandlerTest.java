package dev.headgate.gateway.receive.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.config.ConnectionConfig;
import dev.headgate.config.HttpServerConfig;
import dev.headgate.config.PipelineId;
import dev.headgate.config.Signal;
import dev.headgate.gateway.admit.Admission;
import dev.headgate.gateway.admit.Authenticator;
import dev.headgate.gateway.admit.ScriptedScheme;
import dev.headgate.gateway.admit.ScriptedScheme.Script;
import dev.headgate.gateway.receive.connection.ConnectionMetrics;
import dev.headgate.gateway.receive.connection.Connections;
import dev.headgate.pipeline.ledger.Ledger;
import dev.headgate.pipeline.ledger.ReceiverMetrics;
import dev.headgate.pipeline.memory.ArrayPool;
import dev.headgate.pipeline.payload.ByteBudget;
import dev.headgate.pipeline.payload.Reservation;
import dev.headgate.pipeline.queue.IdleWorkers;
import dev.headgate.pipeline.queue.IntakeQueue;
import dev.headgate.pipeline.worker.IngestRequest;
import dev.headgate.pipeline.worker.Pipeline;
import dev.headgate.pipeline.worker.Route;
import dev.headgate.pipeline.worker.Routing;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What becomes of a request that waits at the gate, on a connection whose time stands still.
class OtlpHttpHandlerTest {
  private static final int CAPACITY = 16_000;

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final ByteBudget budget = new ByteBudget(CAPACITY);
  private final IntakeQueue<IngestRequest> intake = new IntakeQueue<>(1, new IdleWorkers(1));
  private final Admission admission =
      new Admission(budget, ArrayPool.NONE, intake::offer, () -> 0, () -> 0, Duration.ofSeconds(1));
  private final EmbeddedChannel channel = new EmbeddedChannel();

  @AfterEach
  void everything_is_given_back() {
    channel.finishAndReleaseAll();
    assertThat(budget.usedBytes()).isZero();
    assertThat(admission.waitingRequests()).isZero();
  }

  private void open(@Nullable ScriptedScheme scheme) {
    Authenticator authenticator = scheme == null ? null : scheme.authenticator();
    PipelineId logs = new PipelineId(Signal.LOGS, "");
    Pipeline pipeline =
        new Pipeline(logs, List.of(), List.of(), new Ledger(registry).pipeline(logs, List.of()));
    Routing routing = new Routing(Map.of("otlp", Map.of(Signal.LOGS, List.of(pipeline))));
    Route route = new Route(new ReceiverMetrics(registry).bind("otlp", "http"), "otlp", routing);
    HttpServices services =
        new HttpServices(
            admission,
            route,
            new HttpServices.Limits(HttpServerConfig.DEFAULT, CAPACITY, authenticator));
    Connections connections =
        new Connections(
            new ConnectionMetrics(registry).bind("otlp", "http"),
            ConnectionConfig.DEFAULT,
            () -> 0);
    channel.freezeTime();
    channel.config().setAutoRead(false);
    channel
        .pipeline()
        .addLast(
            new Http1Codec(new HttpDecoderConfig()),
            new OtlpHttpHandler(
                services, Objects.requireNonNull(connections.tryOpen(null)), false));
  }

  private void send(String head) {
    String text =
        head
            + " HTTP/1.1\r\nHost: test\r\nAuthorization: x\r\nContent-Length: 5\r\n"
            + "Content-Type: application/json\r\n\r\n";
    channel.writeInbound(Unpooled.copiedBuffer(text, ISO_8859_1));
  }

  private void sendBody() {
    channel.writeInbound(Unpooled.copiedBuffer("{   }", ISO_8859_1));
  }

  private void work(ScriptedScheme scheme) {
    scheme.work();
    channel.runPendingTasks();
  }

  /// What was answered since this was asked the last time.
  private String answers() {
    channel.runPendingTasks();
    StringBuilder text = new StringBuilder();
    for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      text.append(out.toString(ISO_8859_1));
      out.release();
    }
    return text.toString();
  }

  /// The refused requests by reason, without those that were not.
  private Map<String, Double> refused() {
    Map<String, Double> refused = new TreeMap<>();
    registry.scrape("headgate_receiver_refused_requests"::equals).stream()
        .flatMap(metric -> ((CounterSnapshot) metric).getDataPoints().stream())
        .filter(point -> point.getValue() > 0)
        .forEach(point -> refused.put(point.getLabels().get("reason"), point.getValue()));
    return refused;
  }

  @Test
  void who_leaves_while_the_verdict_on_it_is_found_is_counted_once() {
    ScriptedScheme scheme = new ScriptedScheme(Script.ADMITS_LATER);
    open(scheme);
    send("POST /v1/logs");

    channel.close();
    work(scheme);

    assertThat(refused()).containsExactly(Map.entry("aborted", 1.0));
  }

  @Test
  void a_stream_that_ended_with_its_head_is_answered_after_a_late_verdict() {
    ScriptedScheme scheme = new ScriptedScheme(Script.ADMITS_LATER);
    open(scheme);
    DefaultFullHttpRequest whole =
        new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/v1/logs");
    whole
        .headers()
        .set("Host", "test")
        .set("Authorization", "x")
        .set("Content-Length", "0")
        .set("Content-Type", "application/x-protobuf");
    channel.pipeline().context(Http1Codec.class).fireChannelRead(whole);

    work(scheme);

    IngestRequest request = Objects.requireNonNull(intake.poll(), "nothing was submitted");
    assertThat(request.body().length()).isZero();
    request.reservation().release();
    request.lease().release();
  }

  @Test
  void who_leaves_while_waiting_for_room_is_counted_once() {
    open(null);
    Reservation others = Objects.requireNonNull(budget.tryReserve(CAPACITY));
    send("POST /v1/logs");
    assertThat(admission.waitingRequests()).isEqualTo(1);

    channel.close();
    others.release();
    channel.advanceTimeBy(Admission.MOMENT.toNanos(), TimeUnit.NANOSECONDS);
    channel.runPendingTasks();

    assertThat(refused()).containsExactly(Map.entry("aborted", 1.0));
  }

  @Test
  void who_waits_in_vain_and_leaves_is_counted_once() {
    open(null);
    Reservation others = Objects.requireNonNull(budget.tryReserve(CAPACITY));
    send("POST /v1/logs");

    channel.advanceTimeBy(Admission.MOMENT.toNanos(), TimeUnit.NANOSECONDS);
    assertThat(answers()).startsWith("HTTP/1.1 503 ");
    channel.close();
    others.release();

    assertThat(refused()).containsExactly(Map.entry("memory", 1.0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST /nowhere", "GET /v1/logs"})
  void who_leaves_without_having_asked_for_an_export_is_not_counted(String head) {
    ScriptedScheme scheme = new ScriptedScheme(Script.ADMITS_LATER);
    open(scheme);
    send(head);

    channel.close();
    work(scheme);

    assertThat(refused()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = Script.class,
      names = {"BREAKS_AT_ONCE", "BREAKS_LATER", "HAS_NO_THREAD", "IS_FULL"})
  void a_client_that_cannot_be_looked_at_is_told_to_come_again(Script script) {
    ScriptedScheme scheme = new ScriptedScheme(script);
    open(scheme);

    for (int request = 1; request <= 2; request++) {
      send("POST /v1/logs");
      sendBody();
      work(scheme);
      assertThat(answers())
          .startsWith("HTTP/1.1 503 ")
          .containsIgnoringCase("retry-after: 1\r\n")
          .doesNotContain("secret");
      assertThat(refused()).containsExactly(Map.entry("authentication", (double) request));
    }
    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  void at_the_end_who_waits_for_a_verdict_is_told_to_come_again() {
    ScriptedScheme scheme = new ScriptedScheme(Script.ADMITS_LATER);
    open(scheme);
    send("POST /v1/logs");
    admission.stop();

    channel.pipeline().fireUserEventTriggered(new HttpServices.Abort());
    assertThat(answers()).startsWith("HTTP/1.1 503 ");
    work(scheme);

    assertThat(answers()).isEmpty();
    assertThat(refused()).containsExactly(Map.entry("shutting_down", 1.0));
  }
}
