package dev.headgate.gateway.receive.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.config.Signal;
import dev.headgate.gateway.admit.Admission;
import dev.headgate.gateway.admit.ContextHeaders;
import dev.headgate.gateway.admit.ScriptedScheme;
import dev.headgate.gateway.admit.ScriptedScheme.Script;
import dev.headgate.gateway.e2e.OtlpClient;
import dev.headgate.gateway.e2e.OtlpClient.Answer;
import dev.headgate.gateway.e2e.OtlpClient.Transport;
import dev.headgate.pipeline.ledger.ReceiverMetrics;
import dev.headgate.pipeline.memory.ArrayPool;
import dev.headgate.pipeline.payload.ByteBudget;
import dev.headgate.pipeline.worker.Route;
import dev.headgate.pipeline.worker.Routing;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Calls of a real client whose authenticator fails.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ExportCallTest {
  private static final String SERVICE = "opentelemetry.proto.collector.logs.v1.LogsService";

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final ByteBudget budget = new ByteBudget(1 << 20);

  @AfterEach
  void close() {
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    assertThat(budget.usedBytes()).isZero();
  }

  private Server serve(ScriptedScheme scheme) throws IOException {
    Admission admission =
        new Admission(
            budget, ArrayPool.NONE, request -> false, () -> 0, () -> 0, Duration.ofSeconds(1));
    ExportCall.Services services =
        new ExportCall.Services(
            admission,
            new Route(
                new ReceiverMetrics(registry).bind("otlp", "grpc"), "otlp", new Routing(Map.of())),
            1 << 16,
            new ContextHeaders(false, Map.of()),
            scheme.authenticator(),
            Duration.ZERO,
            loops);
    RawMarshaller marshaller = new RawMarshaller(ArrayPool.NONE);
    MethodDescriptor<RawMessage, RawMessage> export =
        MethodDescriptor.<RawMessage, RawMessage>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, "Export"))
            .setRequestMarshaller(marshaller)
            .setResponseMarshaller(marshaller)
            .build();
    return NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .channelType(NioServerSocketChannel.class)
        .bossEventLoopGroup(loops)
        .workerEventLoopGroup(loops)
        .directExecutor()
        .addStreamTracerFactory(WireCharge.factory(admission))
        .addService(
            ServerServiceDefinition.builder(SERVICE)
                .addMethod(export, ExportCall.handler(services, Signal.LOGS))
                .build())
        .build()
        .start();
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

  @ParameterizedTest
  @EnumSource(
      value = Script.class,
      names = {"BREAKS_AT_ONCE", "BREAKS_LATER", "HAS_NO_THREAD", "IS_FULL"})
  void a_client_that_cannot_be_looked_at_is_told_to_come_again(Script script) throws Exception {
    Server server = serve(new ScriptedScheme(script, Thread::startVirtualThread));
    try (OtlpClient client = new OtlpClient(server.getPort(), 0)) {
      Answer answer =
          client.export(
              Transport.GRPC, Signal.LOGS, new byte[0], Map.of("authorization", "Scripted x"));

      assertThat(answer.status()).isEqualTo(14);
      assertThat(answer.trailersOnly()).isTrue();
      assertThat(answer.headers()).containsKey("google.rpc.retryinfo-bin");
      assertThat(answer.headers().toString()).doesNotContain("secret");
      assertThat(refused()).containsExactly(Map.entry("authentication", 1.0));
    } finally {
      boolean _ = server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }
  }
}
