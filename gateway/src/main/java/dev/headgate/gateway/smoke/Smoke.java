package dev.headgate.gateway.smoke;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.headgate.gateway.readback.HttpCalls;
import dev.headgate.gateway.readback.MimirReader;
import dev.headgate.gateway.readback.TempoReader;
import dev.headgate.gateway.smoke.SmokeReport.Arrival;
import dev.headgate.gateway.smoke.SmokeReport.Check;
import dev.headgate.pipeline.payload.SystemNanoClock;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A smoke test: one marked trace, log record and metric through the gateway, and what the backends
/// then hold.
///
/// **Threading:** confined to one thread; each signal goes its way on one of its own.
public final class Smoke {
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration RECENTLY = Duration.ofMinutes(15);
  private static final int MAX_NAMED = 3;
  private static final String UUID =
      "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}";
  private static final Pattern UUID_PATTERN = Pattern.compile(UUID);

  private final Settings settings;
  private final Marker marker;
  private final Passage.Times times;
  private final HttpCalls calls;

  /// What to test.
  ///
  /// @param gateway where it takes OTLP/HTTP
  /// @param tempo where traces arrive; null = no traces are sent
  /// @param loki where log records arrive; null = none are sent
  /// @param mimir where metrics arrive; null = none are sent
  /// @param tenant in whose name; empty for none
  /// @param timeout in which everything has to arrive
  /// @param seriesBudget most series that a metric of a service may have
  public record Settings(
      URI gateway,
      @Nullable URI tempo,
      @Nullable URI loki,
      @Nullable URI mimir,
      String tenant,
      Duration timeout,
      int seriesBudget) {}

  /// A test in real time.
  public Smoke(Settings settings) {
    this(
        settings,
        Marker.random(new SecureRandom()),
        new Passage.Times(
            new SystemNanoClock(), InstantSource.system(), Thread::sleep, settings.timeout));
  }

  Smoke(Settings settings, Marker marker, Passage.Times times) {
    this.settings = settings;
    this.marker = marker;
    this.times = times;
    this.calls = HttpCalls.ofTenant(CALL_TIMEOUT, settings.tenant);
  }

  /// Runs the test; takes the timeout at most, and some calls more.
  public SmokeReport run() throws InterruptedException {
    List<Passage> passages =
        backends().stream()
            .map(backend -> new Passage(settings.gateway, calls, backend, times))
            .toList();
    List<Arrival> arrivals = arrivals(passages);
    List<Check> checks = new ArrayList<>();
    checks.add(secret(passages));
    if (settings.tempo != null) {
      checks.add(spanNames(settings.tempo, passages));
    }
    if (settings.mimir != null) {
      checks.add(series(settings.mimir));
    }
    return new SmokeReport(marker.traceId(), arrivals, checks);
  }

  private List<Backend> backends() {
    List<Backend> backends = new ArrayList<>();
    if (settings.tempo != null) {
      backends.add(new Backend.Tempo(settings.tempo, calls));
    }
    if (settings.loki != null) {
      backends.add(new Backend.Loki(settings.loki, calls));
    }
    if (settings.mimir != null) {
      backends.add(new Backend.Mimir(settings.mimir, calls));
    }
    return backends;
  }

  private List<Arrival> arrivals(List<Passage> passages) throws InterruptedException {
    List<Arrival> arrivals = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Arrival>> running = new ArrayList<>();
      for (Passage passage : passages) {
        running.add(threads.submit(() -> passage.go(marker)));
      }
      for (Future<Arrival> one : running) {
        arrivals.add(one.get());
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("a signal could not be followed", e.getCause());
    }
    return arrivals;
  }

  /// That the secret is in nothing that came back.
  private Check secret(List<Passage> passages) {
    List<String> clean = new ArrayList<>();
    List<String> leaking = new ArrayList<>();
    for (Passage passage : passages) {
      byte[] arrived = passage.arrived();
      if (arrived != null) {
        boolean leaks = new String(arrived, UTF_8).contains(marker.secret());
        (leaks ? leaking : clean).add(passage.backend().signal().key());
      }
    }
    if (!leaking.isEmpty()) {
      return new Check(
          "secret", false, "the planted secret arrived in " + String.join(", ", leaking));
    }
    return clean.isEmpty()
        ? new Check("secret", false, "nothing arrived in which it could be missing")
        : new Check("secret", true, "the planted one is not in " + String.join(", ", clean));
  }

  /// That no name of a span holds a UUID: of the trace that was sent, and of all of the last
  /// minutes, as far as Tempo's search shows them (not the last 30 seconds).
  private Check spanNames(URI tempo, List<Passage> passages) {
    String name = "span names";
    Instant now = times.now().instant();
    try {
      for (Passage passage : passages) {
        byte[] arrived = passage.arrived();
        if (arrived != null && passage.backend() instanceof Backend.Tempo && holdsUuid(arrived)) {
          return new Check(name, false, "a UUID in trace " + marker.traceId());
        }
      }
      String query = "{ name =~ \".*" + UUID + ".*\" }";
      List<String> found =
          new TempoReader(tempo, calls).search(query, now.minus(RECENTLY), now, MAX_NAMED);
      String minutes = " of the last " + RECENTLY.toMinutes() + " minutes";
      return found.isEmpty()
          ? new Check(name, true, "no UUID in those" + minutes)
          : new Check(name, false, "a UUID in traces" + minutes + ": " + String.join(", ", found));
    } catch (IOException e) {
      return new Check(name, false, "could not be asked for: " + e.getMessage());
    }
  }

  private static boolean holdsUuid(byte[] trace) throws IOException {
    for (Span span : TempoReader.spans(trace)) {
      if (UUID_PATTERN.matcher(span.getName()).find()) {
        return true;
      }
    }
    return false;
  }

  /// That no metric that came over OTLP has more series than the gateway's budget for a service.
  /// What is scraped has `up` beside it; buckets and quantiles of one series are several in PromQL.
  private Check series(URI mimir) {
    String counted =
        "count by (__name__, job) ({job!=\"\", le=\"\", quantile=\"\", __name__!=\"target_info\"})"
            + " unless on (job) up";
    try {
      List<MimirReader.Sample> over =
          new MimirReader(mimir, calls)
              .query("topk(%d, (%s) > %d)".formatted(MAX_NAMED, counted, settings.seriesBudget));
      if (over.isEmpty()) {
        return new Check(
            "series", true, "no metric of a service has over " + settings.seriesBudget);
      }
      List<String> named =
          over.stream()
              .map(metric ->
                  "%s of %s has %.0f"
                      .formatted(
                          metric.labels().get("__name__"),
                          metric.labels().get("job"),
                          metric.value()))
              .toList();
      return new Check(
          "series",
          false,
          String.join(", ", named) + " (expected: " + settings.seriesBudget + " at most)");
    } catch (IOException e) {
      return new Check("series", false, "could not be asked for: " + e.getMessage());
    }
  }
}
