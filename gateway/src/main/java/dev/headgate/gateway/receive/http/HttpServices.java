package dev.headgate.gateway.receive.http;

import dev.headgate.config.HttpServerConfig;
import dev.headgate.config.Signal;
import dev.headgate.gateway.admit.Admission;
import dev.headgate.gateway.admit.Authenticator;
import dev.headgate.gateway.admit.Authenticator.Verdict;
import dev.headgate.gateway.admit.ContextHeaders;
import dev.headgate.gateway.admit.Cors;
import dev.headgate.pipeline.log.RateLimitedLog;
import dev.headgate.pipeline.payload.SystemNanoClock;
import dev.headgate.pipeline.worker.IngestResult;
import dev.headgate.pipeline.worker.IngestResult.RefusalReason;
import dev.headgate.pipeline.worker.Route;
import java.time.Duration;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What all connections of one HTTP receiver share.
///
/// **Threading:** any thread.
final class HttpServices {
  /// The event that asks idle connections to close.
  record Drain() {}

  /// The event that tells a connection that it has lived long enough.
  record Expire() {}

  /// The event that answers requests whose bodies will not be waited for any more.
  record Abort() {}

  private static final Logger LOG = LoggerFactory.getLogger(HttpServices.class);

  private static final int MAX_DEPTH = 20;
  private static final Duration BETWEEN_WARNINGS = Duration.ofSeconds(10);

  private final RateLimitedLog handshakes =
      new RateLimitedLog(LOG, new SystemNanoClock(), BETWEEN_WARNINGS);
  private final Admission admission;
  private final Route route;
  private volatile Limits limits;
  private volatile boolean draining;

  /// What a reload may change while connections go on.
  ///
  /// @param maxBodyBytes the largest body, compressed and inflated
  /// @param authenticator null = everybody may send
  /// @param cors null = no web page may send
  record Limits(
      HttpServerConfig config,
      HttpRouting routing,
      long maxBodyBytes,
      @Nullable Authenticator authenticator,
      ContextHeaders context,
      @Nullable Cors cors) {
    Limits(HttpServerConfig config, long maxBodyBytes, @Nullable Authenticator authenticator) {
      this(
          config,
          HttpRouting.of(config),
          maxBodyBytes,
          authenticator,
          new ContextHeaders(config.includeMetadata(), config.contextHeaders()),
          config.cors() == null ? null : new Cors(config.cors()));
    }
  }

  HttpServices(Admission admission, Route route, Limits limits) {
    this.admission = admission;
    this.route = route;
    this.limits = limits;
  }

  void use(Limits next) {
    limits = next;
  }

  Admission admission() {
    return admission;
  }

  Route route() {
    return route;
  }

  Limits limits() {
    return limits;
  }

  long maxBodyBytes() {
    return limits.maxBodyBytes();
  }

  Duration readHeaderTimeout() {
    return limits.config().connections().readHeaderTimeout();
  }

  Duration readTimeout() {
    return limits.config().connections().readTimeout();
  }

  Duration idleTimeout() {
    return limits.config().idleTimeout();
  }

  Duration maxConnectionAge() {
    return limits.config().maxConnectionAge();
  }

  Duration maxConnectionAgeGrace() {
    return limits.config().maxConnectionAgeGrace();
  }

  /// The answer to a client that may not send, which is counted; null to one that may.
  @Nullable OtlpAnswer refusal(Authenticator authenticator, Verdict verdict, RequestHead read) {
    Signal signal = read.signal();
    return switch (verdict) {
      case ADMITTED -> null;
      case REFUSED -> {
        if (signal != null) {
          admission.unauthenticated(route, signal);
        }
        yield OtlpAnswer.unauthenticated(authenticator.challenge(), read.encoding());
      }
      case BUSY -> {
        IngestResult busy = admission.noTimeToAuthenticate();
        if (signal != null) {
          admission.refused(route, signal, busy);
        }
        // What the answer says does not depend on the signal.
        yield OtlpAnswer.of(busy, Signal.TRACES, read.encoding());
      }
    };
  }

  /// The answer to an export that is refused, which is counted.
  OtlpAnswer refused(RequestHead.Export export, IngestResult result) {
    admission.refused(route, export.signal(), result);
    return OtlpAnswer.of(result, export.signal(), export.encoding());
  }

  /// Counts an export whose client went away before its body was complete.
  void aborted(RequestHead.Export export) {
    admission.aborted(route, export.signal());
  }

  /// Counts an export whose body did not come in time.
  void timedOut(RequestHead.Export export) {
    IngestResult late = new IngestResult.Overloaded(Admission.RETRY_AFTER, RefusalReason.TIMEOUT);
    admission.refused(route, export.signal(), late);
  }

  /// Why a request is refused whose body may not even begin, or null.
  @Nullable IngestResult refusal(RequestHead.Export export) {
    long length = export.contentLength();
    if (!route.takes(export.signal())) {
      return new IngestResult.NoPipeline("no pipeline for " + export.signal().key());
    }
    return length > maxBodyBytes() || !admission.couldEverFit(length) ? tooLarge() : null;
  }

  IngestResult tooLarge() {
    return new IngestResult.TooLarge(
        "body: too large (expected: at most " + maxBodyBytes() + " bytes)");
  }

  boolean draining() {
    return draining;
  }

  void drain() {
    draining = true;
  }

  /// A client could not be spoken to over TLS, most often because it has no certificate that is
  /// trusted. Other messages than those of handshakes may quote what the client sent.
  void handshakeFailed(Throwable cause) {
    Throwable deepest = cause;
    for (int depth = 0; depth < MAX_DEPTH && deepest.getCause() != null; depth++) {
      deepest = deepest.getCause();
    }
    String reason =
        deepest instanceof SSLHandshakeException
            ? deepest.getMessage()
            : deepest.getClass().getSimpleName();
    handshakes.warn("", "OTLP/HTTP: TLS with a client failed: " + reason);
  }

  /// A connection broke; the reasons of clients are not worth more than a debug line.
  void connectionError(Throwable cause) {
    LOG.debug("connection error: {}", cause.getClass().getName());
  }
}
