package dev.headgate.gateway.receive.http;

import dev.headgate.gateway.admit.Admission;
import dev.headgate.gateway.admit.Authenticator;
import dev.headgate.gateway.admit.Authenticator.Verdict;
import dev.headgate.gateway.admit.Turn;
import dev.headgate.pipeline.payload.Reservation;
import dev.headgate.pipeline.worker.IngestRequest.Encoding;
import dev.headgate.pipeline.worker.IngestResult;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.concurrent.EventExecutor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Decides by the head of a request whether its body may come: who its client is, what it asks for,
/// and whether there is memory. Nothing more is read of it until that is known, at once or later.
/// Refused exports are counted here.
///
/// **Threading:** confined to the connection's event loop.
final class RequestGate {
  private final HttpServices services;
  private final boolean stream;
  private @Nullable Turn turn;
  // Answers to earlier questions are not heard.
  private int question;

  /// What becomes of a request.
  sealed interface Decision {}

  /// Its body may come.
  ///
  /// **Ownership:** whoever gets this holds the reservation.
  record Admitted(RequestHead.Export export, Reservation reservation) implements Decision {}

  /// It is answered now.
  record Refused(OtlpAnswer answer, Encoding encoding) implements Decision {}

  /// @param stream whether the requests are those of one of several streams of a connection
  RequestGate(HttpServices services, boolean stream) {
    this.services = services;
    this.stream = stream;
  }

  /// Decides on a request.
  ///
  /// @param head what the request says
  /// @param later gets the decision, once, when none is returned
  /// @return the decision, or null when it takes time
  @Nullable Decision decide(
      HttpRequest request,
      RequestHead head,
      HttpServices.Limits limits,
      EventExecutor loop,
      Consumer<Decision> later) {
    boolean wellFormed = request.decoderResult().isSuccess();
    OtlpAnswer preflight = wellFormed ? HttpAnswers.preflight(limits, request) : null;
    if (preflight != null) {
      return new Refused(preflight, head.encoding());
    }
    Authenticator authenticator = limits.authenticator();
    if (authenticator == null || !wellFormed) {
      return onKnownClient(head, loop, later);
    }
    question++;
    int asked = question;
    Verdict now =
        authenticator.ask(
            request.headers().get(authenticator.header()),
            loop,
            verdict -> {
              if (question == asked) {
                Decision decision = onVerdict(authenticator, verdict, head, loop, later);
                if (decision != null) {
                  later.accept(decision);
                }
              }
            });
    return now == null ? null : onVerdict(authenticator, now, head, loop, later);
  }

  private @Nullable Decision onVerdict(
      Authenticator authenticator,
      Verdict verdict,
      RequestHead head,
      EventExecutor loop,
      Consumer<Decision> later) {
    OtlpAnswer refusal = services.refusal(authenticator, verdict, head);
    return refusal == null
        ? onKnownClient(head, loop, later)
        : new Refused(refusal, head.encoding());
  }

  private @Nullable Decision onKnownClient(
      RequestHead head, EventExecutor loop, Consumer<Decision> later) {
    return switch (head) {
      case RequestHead.Unsupported unsupported -> {
        if (unsupported.signal() != null) {
          services.admission().unsupported(services.route(), unsupported.signal());
        }
        yield new Refused(unsupported.answer(), unsupported.encoding());
      }
      case RequestHead.Export export -> {
        IngestResult refusal = services.refusal(export);
        yield refusal == null ? room(export, loop, later) : refused(export, refusal);
      }
    };
  }

  /// A stream does not wait for room: what piles up of it would hold up the others of its
  /// connection.
  private @Nullable Decision room(
      RequestHead.Export export, EventExecutor loop, Consumer<Decision> later) {
    Admission admission = services.admission();
    long length = export.contentLength();
    long bytes = length < 0 ? BodyBuffer.FIRST_BYTES : length;
    if (stream) {
      return onRoom(export, admission.tryReserve(bytes, export.coding()));
    }
    Reservation now = admission.tryReserveInTurn(bytes, export.coding(), false);
    if (now == null) {
      turn =
          admission.await(
              bytes,
              export.coding(),
              false,
              loop,
              granted -> {
                turn = null;
                later.accept(onRoom(export, granted));
              });
    }
    return turn == null ? onRoom(export, now) : null;
  }

  private Decision onRoom(RequestHead.Export export, @Nullable Reservation reservation) {
    return reservation == null
        ? refused(export, services.admission().noRoom())
        : new Admitted(export, reservation);
  }

  private Decision refused(RequestHead.Export export, IngestResult result) {
    return new Refused(services.refused(export, result), export.encoding());
  }

  /// No decision is heard any more.
  void cancel() {
    question++;
    Turn waiting = turn;
    turn = null;
    if (waiting != null) {
      waiting.cancel();
    }
  }
}
