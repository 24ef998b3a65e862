package dev.headgate.gateway.smoke;

import dev.headgate.gateway.readback.HttpCalls;
import dev.headgate.gateway.smoke.SmokeReport.Arrival;
import dev.headgate.pipeline.payload.NanoClock;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The way of one signal through the gateway to its backend: sent once, looked for until it is
/// there or the time is over.
///
/// **Threading:** confined to one thread.
final class Passage {
  private static final Duration PAUSE = Duration.ofMillis(250);
  private static final int TOO_MANY = 429;

  private final URI gateway;
  private final HttpCalls calls;
  private final Backend backend;
  private final Times times;
  private final long startNanos;

  // What came back; null before.
  private byte @Nullable [] arrived;

  /// Time and how it passes.
  ///
  /// @param limit how long everything may take
  record Times(NanoClock clock, InstantSource now, Pause pause, Duration limit) {}

  /// How to let time pass.
  @FunctionalInterface
  interface Pause {
    void of(Duration time) throws InterruptedException;
  }

  Passage(URI gateway, HttpCalls calls, Backend backend, Times times) {
    this.gateway = gateway;
    this.calls = calls;
    this.backend = backend;
    this.times = times;
    this.startNanos = times.clock.nanoTime();
  }

  Backend backend() {
    return backend;
  }

  /// What came back of it; null when nothing did.
  byte @Nullable [] arrived() {
    return arrived;
  }

  /// Sends the signal and waits for it.
  Arrival go(Marker marker) throws InterruptedException {
    Instant now = times.now.instant();
    byte[] request = new SmokeData(marker, now).request(backend.signal());
    boolean sent = false;
    while (true) {
      String problem = "nothing there after " + times.limit.toSeconds() + " s";
      try {
        if (!sent) {
          String rejection = send(request);
          if (!rejection.isEmpty()) {
            return arrival(rejection);
          }
          sent = true;
        }
        Optional<byte[]> found = backend.arrived(marker, now);
        if (found.isPresent()) {
          arrived = found.get();
          return arrival("");
        }
      } catch (IOException e) {
        problem = String.valueOf(e.getMessage());
      }
      if (elapsed().plus(PAUSE).compareTo(times.limit) > 0) {
        return arrival(problem);
      }
      times.pause.of(PAUSE);
    }
  }

  private Arrival arrival(String problem) {
    return new Arrival(backend.signal(), backend.uri(), elapsed(), problem);
  }

  private Duration elapsed() {
    return Duration.ofNanos(times.clock.nanoTime() - startNanos);
  }

  /// Sends it once.
  ///
  /// @return why sending it again is of no use; empty when it was taken
  /// @throws IOException when it may be sent again
  private String send(byte[] request) throws IOException {
    URI uri = HttpCalls.below(gateway, "/v1/" + backend.signal().key(), Map.of());
    HttpCalls.Reply reply = calls.post(uri, "application/x-protobuf", request);
    return switch (reply.status()) {
      case HttpURLConnection.HTTP_OK -> {
        // The answers of all signals have the same fields.
        var partial = ExportTraceServiceResponse.parseFrom(reply.body()).getPartialSuccess();
        yield partial.getRejectedSpans() == 0
            ? ""
            : "rejected by the gateway: " + partial.getErrorMessage();
      }
      case TOO_MANY,
          HttpURLConnection.HTTP_BAD_GATEWAY,
          HttpURLConnection.HTTP_UNAVAILABLE,
          HttpURLConnection.HTTP_GATEWAY_TIMEOUT ->
          throw HttpCalls.refusal(uri, reply);
      default -> String.valueOf(HttpCalls.refusal(uri, reply).getMessage());
    };
  }
}
