package dev.headgate.gateway.ops;

import dev.headgate.config.Signal;
import dev.headgate.gateway.admin.Answer;
import dev.headgate.gateway.admin.AuditEvent;
import dev.headgate.gateway.admin.AuditLog;
import dev.headgate.gateway.admin.Request;
import dev.headgate.pipeline.payload.NanoClock;
import dev.headgate.pipeline.worker.Tap;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// `GET /admin/tap`: a sample of items behind the whole chain, as JSON lines. Nobody looks without
/// an entry in the audit log.
///
/// **Threading:** any thread; one sample at a time.
public final class TapPage {
  /// The parameters of the query.
  public static final Set<String> PARAMETERS = Set.of("signal", "service", "limit");

  private static final int USUAL_LIMIT = 10;
  private static final int MAX_LIMIT = 100;
  private static final int MAX_SERVICE_CHARS = 200;

  /// Half of what the server gives an answer (`jvm.options`).
  private static final long LONGEST_NANOS = 5_000_000_000L;

  private final Tap tap;
  private final NanoClock clock;
  private final AuditLog audit;
  private final Supplier<String> fingerprint;

  /// @param fingerprint of the configuration that runs
  public TapPage(Tap tap, NanoClock clock, AuditLog audit, Supplier<String> fingerprint) {
    this.tap = tap;
    this.clock = clock;
    this.audit = audit;
    this.fingerprint = fingerprint;
  }

  /// The page.
  public Answer answer(Request request) throws IOException {
    Map<String, String> asked = request.parameters();
    Signal signal = signal(asked.get("signal"));
    if (asked.containsKey("signal") && signal == null) {
      return Answer.text(400, "signal: unknown (expected: traces, logs or metrics)");
    }
    String service = asked.getOrDefault("service", "");
    if (service.length() > MAX_SERVICE_CHARS) {
      return Answer.text(400, "service: too long (expected: " + MAX_SERVICE_CHARS + " at most)");
    }
    int limit = limit(asked.getOrDefault("limit", Integer.toString(USUAL_LIMIT)));
    if (limit < 1 || limit > MAX_LIMIT) {
      return Answer.text(400, "limit: not a number (expected: 1 to " + MAX_LIMIT + ")");
    }
    TapSession session = new TapSession(clock, signal, service);
    if (!tap.tryOpen(session)) {
      boolean _ = audit(request, AuditEvent.Outcome.REFUSED);
      return Answer.text(409, "somebody else looks (expected: one at a time)");
    }
    try {
      if (!audit(request, AuditEvent.Outcome.DONE)) {
        return Answer.text(503, "the audit log cannot be written");
      }
      byte[] lines = session.collect(limit, clock.nanoTime() + LONGEST_NANOS);
      return new Answer(200, "application/x-ndjson", lines);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Answer.text(503, "stopping");
    } finally {
      tap.close(session);
    }
  }

  private boolean audit(Request request, AuditEvent.Outcome outcome) {
    String hash = fingerprint.get();
    return audit.write(
        new AuditEvent(
            AuditEvent.Action.TAP, request.caller(), outcome, hash, hash, request.parameters()));
  }

  private static @Nullable Signal signal(@Nullable String key) {
    for (Signal signal : Signal.values()) {
      if (signal.key().equals(key)) {
        return signal;
      }
    }
    return null;
  }

  private static int limit(String text) {
    return text.matches("\\d{1,3}") ? Integer.parseInt(text) : -1;
  }
}
