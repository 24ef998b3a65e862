package dev.headgate.gateway.receive.http;

import dev.headgate.gateway.admit.Admission;
import dev.headgate.gateway.admit.Authenticator;
import dev.headgate.gateway.admit.Authenticator.Verdict;
import dev.headgate.gateway.admit.Turn;
import dev.headgate.pipeline.codec.ContentCoding;
import dev.headgate.pipeline.payload.Reservation;
import io.netty.util.concurrent.EventExecutor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What a request has to wait for between its head and its body, while nothing more of it is read:
/// who its client is, and memory. One question at a time, answered at once or later.
///
/// **Threading:** confined to the connection's event loop.
final class RequestGate {
  private final Admission admission;
  private final boolean stream;
  private final Runnable afterwards;
  private @Nullable Turn turn;
  // Answers to earlier questions are not heard.
  private int question;

  /// @param stream whether the request is on one of several streams of a connection
  /// @param afterwards called after an answer that came later
  RequestGate(Admission admission, boolean stream, Runnable afterwards) {
    this.admission = admission;
    this.stream = stream;
    this.afterwards = afterwards;
  }

  /// Asks who the client is.
  ///
  /// @param shown the header that says it
  void askWho(
      Authenticator authenticator,
      @Nullable String shown,
      EventExecutor loop,
      Consumer<Verdict> then) {
    question++;
    int asked = question;
    Verdict now =
        authenticator.ask(
            shown,
            loop,
            later -> {
              if (question == asked) {
                then.accept(later);
                afterwards.run();
              }
            });
    if (now != null) {
      then.accept(now);
    }
  }

  /// Asks for memory. A stream does not wait: what piles up of it would hold up the others of its
  /// connection.
  ///
  /// @param then gets the reservation, or null if there is none
  void askRoom(
      long bytes, ContentCoding coding, EventExecutor loop, Consumer<@Nullable Reservation> then) {
    Reservation now =
        stream
            ? admission.tryReserve(bytes, coding)
            : admission.tryReserveInTurn(bytes, coding, false);
    if (now == null && !stream) {
      turn = admission.await(bytes, coding, false, loop, later -> answer(later, then));
    }
    if (turn == null) {
      then.accept(now);
    }
  }

  private void answer(@Nullable Reservation reservation, Consumer<@Nullable Reservation> then) {
    turn = null;
    then.accept(reservation);
    afterwards.run();
  }

  /// No answer is heard any more.
  void cancel() {
    question++;
    Turn waiting = turn;
    turn = null;
    if (waiting != null) {
      waiting.cancel();
    }
  }
}
