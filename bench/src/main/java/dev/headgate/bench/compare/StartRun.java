package dev.headgate.bench.compare;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// From the start of the process to open ports, and to the first request that is accepted.
final class StartRun {
  private static final int OK = 200;
  private static final int POLL_MILLIS = 2;
  private static final long PATIENCE_NANOS = 60_000_000_000L;

  private final Stand stand;
  private final Sink sink;
  private final byte[] request = oneSpan();

  StartRun(Stand stand, Sink sink) {
    this.stand = stand;
    this.sink = sink;
  }

  /// Starts and ends each system several times, in rounds.
  void run(Scenario scenario, List<Contender> contenders, int times) {
    List<Contender> chosen =
        contenders.stream()
            .filter(contender -> scenario.against().contains(contender.kind()))
            .toList();
    // One more, which does not count: files come from the disk then.
    for (int round = -1; round < times; round++) {
      for (Contender contender : RoundPlan.order(chosen, Math.abs(round))) {
        int number = round;
        stand.attempt(scenario, contender.name(), () -> start(scenario, contender, number));
      }
    }
  }

  private void start(Scenario scenario, Contender contender, int round) {
    try (RunningSystem system = RunningSystem.start(stand, contender, scenario.setup(), sink);
        HttpClient client = HttpClient.newHttpClient()) {
      double ready = system.awaitReady() / 1e9;
      double accepted = awaitAccepted(client, system) / 1e9;
      if (round >= 0) {
        Map<String, Double> figures =
            Map.of(Figure.READY_SECONDS, ready, Figure.FIRST_ACCEPTED_SECONDS, accepted);
        stand.console().add(Row.of(scenario, system, round, figures));
      }
    }
  }

  private static byte[] oneSpan() {
    Span.Builder span =
        Span.newBuilder()
            .setTraceId(ByteString.copyFromUtf8("trace id 16 long"))
            .setSpanId(ByteString.copyFromUtf8("8 chars."))
            .setName("start");
    return ExportTraceServiceRequest.newBuilder()
        .addResourceSpans(
            ResourceSpans.newBuilder().addScopeSpans(ScopeSpans.newBuilder().addSpans(span)))
        .build()
        .toByteArray();
  }

  private long awaitAccepted(HttpClient client, RunningSystem system) {
    HttpRequest post =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + system.port(Traffic.Protocol.HTTP) + "/v1/traces"))
            .version(HttpClient.Version.HTTP_1_1)
            .timeout(Duration.ofSeconds(10))
            .header("content-type", "application/x-protobuf")
            .POST(BodyPublishers.ofByteArray(request))
            .build();
    while (system.sinceStartNanos() < PATIENCE_NANOS) {
      try {
        if (client.send(post, BodyHandlers.discarding()).statusCode() == OK) {
          return system.sinceStartNanos();
        }
      } catch (IOException e) {
        // Not there yet: again.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
      stand.pause(POLL_MILLIS);
    }
    throw new IllegalStateException(
        system.name() + ": accepted nothing within a minute (see its log)");
  }
}
