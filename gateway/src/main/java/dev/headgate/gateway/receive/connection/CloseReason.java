package dev.headgate.gateway.receive.connection;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Why a connection ended; the label `reason` of `headgate_receiver_connections_closed_total`.
public enum CloseReason {
  /// The client closed it, or its network did.
  CLIENT,
  /// HTTP/1.1: closed after the answer, as the client asked, or with the rest of its body unread.
  ANSWERED,
  /// It had lived long enough.
  AGE,
  /// It was silent.
  IDLE,
  /// The gateway stops.
  SHUTDOWN,
  /// The head of a request, the start of the connection or a frame took too long.
  HEADER_TIMEOUT,
  /// A body took too long.
  BODY_TIMEOUT,
  /// The client did not read its answers.
  WRITE_TIMEOUT,
  /// Not HTTP/1.1, or a form of it that two readers could understand in two ways.
  MALFORMED,
  /// A head larger than the limit.
  HEADER_TOO_LARGE,
  /// HTTP/2: against the protocol.
  PROTOCOL_ERROR,
  /// HTTP/2: streams that end as soon as they begin, by whomever they are made to.
  TOO_MANY_RESETS,
  /// HTTP/2: pings without need.
  TOO_MANY_PINGS,
  /// HTTP/2: frames that carry nothing.
  TOO_MANY_CONTROL_FRAMES,
  /// Anything else that the gateway ends.
  OTHER;

  private static final int NO_ERROR = 0;
  private static final int ENHANCE_YOUR_CALM = 11;

  /// The label's value.
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// What a GOAWAY that the gateway sends says (RFC 9113 section 7), by its code and the text that
  /// Netty and grpc-java put into it; null when it does not give a reason.
  public static @Nullable CloseReason ofGoAway(long errorCode, String text) {
    if (errorCode == NO_ERROR) {
      return switch (text) {
        case "max_age" -> AGE;
        case "max_idle" -> IDLE;
        case "app_requested" -> SHUTDOWN;
        default -> null;
      };
    }
    if (text.contains("Header size exceeded") || text.contains("small consecutive continuation")) {
      return HEADER_TOO_LARGE;
    }
    if (errorCode != ENHANCE_YOUR_CALM) {
      return PROTOCOL_ERROR;
    }
    if (text.contains("too_many_rststreams") || text.contains("RST frames")) {
      return TOO_MANY_RESETS;
    }
    return text.contains("too_many_pings") ? TOO_MANY_PINGS : TOO_MANY_CONTROL_FRAMES;
  }
}
