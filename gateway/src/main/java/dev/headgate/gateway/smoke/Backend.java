package dev.headgate.gateway.smoke;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.headgate.config.Signal;
import dev.headgate.gateway.readback.HttpCalls;
import dev.headgate.gateway.readback.LokiReader;
import dev.headgate.gateway.readback.MimirReader;
import dev.headgate.gateway.readback.TempoReader;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Where one signal of a smoke test is to arrive.
sealed interface Backend {
  Signal signal();

  URI uri();

  /// All that came back of the signal with a marker, or nothing yet.
  Optional<byte[]> arrived(Marker marker, Instant now) throws IOException;

  /// Where traces arrive.
  record Tempo(URI uri, TempoReader reader) implements Backend {
    Tempo(URI uri, HttpCalls calls) {
      this(uri, new TempoReader(uri, calls));
    }

    @Override
    public Signal signal() {
      return Signal.TRACES;
    }

    @Override
    public Optional<byte[]> arrived(Marker marker, Instant now) throws IOException {
      Optional<byte[]> trace = reader.trace(marker.traceId());
      // An answer may be a trace without spans.
      return trace.isEmpty() || TempoReader.spans(trace.get()).isEmpty() ? Optional.empty() : trace;
    }
  }

  /// Where log records arrive.
  record Loki(URI uri, LokiReader reader) implements Backend {
    private static final Duration AROUND = Duration.ofMinutes(10);
    private static final int LIMIT = 10;

    Loki(URI uri, HttpCalls calls) {
      this(uri, new LokiReader(uri, calls));
    }

    @Override
    public Signal signal() {
      return Signal.LOGS;
    }

    @Override
    public Optional<byte[]> arrived(Marker marker, Instant now) throws IOException {
      String query =
          "{service_name=\"%s\"} | %s=\"%s\""
              .formatted(SmokeData.SERVICE, SmokeData.ID_KEY.replace('.', '_'), marker.traceId());
      var entries = reader.query(query, now.minus(AROUND), now.plus(AROUND), LIMIT);
      return entries.isEmpty() ? Optional.empty() : Optional.of(entries.toString().getBytes(UTF_8));
    }
  }

  /// Where metrics arrive.
  record Mimir(URI uri, MimirReader reader) implements Backend {
    Mimir(URI uri, HttpCalls calls) {
      this(uri, new MimirReader(uri, calls));
    }

    @Override
    public Signal signal() {
      return Signal.METRICS;
    }

    @Override
    public Optional<byte[]> arrived(Marker marker, Instant now) throws IOException {
      var samples = reader.query("{__name__=\"%s\"}".formatted(SmokeData.METRIC));
      return samples.stream().anyMatch(sample -> sample.value() == marker.number())
          ? Optional.of(samples.toString().getBytes(UTF_8))
          : Optional.empty();
    }
  }
}
