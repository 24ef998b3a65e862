package dev.headgate.exporters.backend;

import dev.headgate.config.BackendKind;
import dev.headgate.exporters.client.HttpReply;
import dev.headgate.exporters.delivery.ExportOutcome;
import dev.headgate.exporters.delivery.ExportRequest;
import dev.headgate.pipeline.wire.MalformedInputException;
import dev.headgate.pipeline.wire.WireReader;
import dev.headgate.pipeline.wire.WireType;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What an HTTP reply means (OTLP specification, "Failures"), with the backends' own words where
/// the status alone misleads.
///
/// **Threading:** any thread.
final class HttpOutcomes {
  private static final int STATUS_MESSAGE = WireType.tag(2, WireType.LENGTH_DELIMITED);
  private static final int LARGE_BYTES = 1 << 20;

  private final BackendKind kind;
  private final InstantSource wallClock;

  HttpOutcomes(BackendKind kind, InstantSource wallClock) {
    this.kind = kind;
    this.wallClock = wallClock;
  }

  ExportOutcome of(HttpReply reply, ExportRequest request) {
    return switch (reply) {
      case HttpReply.Answer answer -> of(answer, request);
      case HttpReply.NoAnswer none -> of(none, request);
    };
  }

  /// Some backends refuse what is too large by closing the connection in the middle of it. Smaller
  /// parts are worth a try, once: parts that break as well, and one item that cannot be cut, are
  /// retried as they are, so that an outage costs nothing.
  private static ExportOutcome of(HttpReply.NoAnswer none, ExportRequest request) {
    if (none.largeWrite()
        && !request.cut()
        && request.attempt() == 1
        && request.items() > 1
        && request.sizeBytes() >= LARGE_BYTES) {
      return new ExportOutcome.TooLarge(none.kind(), none.message() + " during a large write");
    }
    return new ExportOutcome.Retryable(null, none.kind(), none.message());
  }

  private ExportOutcome of(HttpReply.Answer answer, ExportRequest request) {
    String code = Integer.toString(answer.status());
    int status = answer.status();
    if (status == 200 || status == 202 || status == 204) {
      return success(answer);
    }
    String text = text(answer.body());
    String message = BackendMessage.clean(text);
    if (BackendTexts.neverFits(kind, status, text)) {
      return new ExportOutcome.TooLarge(code, message);
    }
    return switch (status) {
      case 429, 502, 503, 504 ->
          BackendTexts.isHopeless(kind, text, request.attempt())
              ? new ExportOutcome.Permanent(code, message, ExportOutcome.Remedy.NONE)
              : new ExportOutcome.Retryable(
                  RetryAfter.read(answer.retryAfter(), wallClock.instant()), code, message);
      case 400, 422, 500 ->
          new ExportOutcome.Permanent(code, message, BackendTexts.remedy(kind, status, text));
      // Whatever the others refuse (credentials, paths, types), they refuse it for all requests.
      default -> new ExportOutcome.Permanent(code, message, ExportOutcome.Remedy.NONE);
    };
  }

  private static ExportOutcome success(HttpReply.Answer answer) {
    String type = answer.contentType() == null ? "" : answer.contentType();
    boolean protobuf = type.toLowerCase(Locale.ROOT).startsWith("application/x-protobuf");
    return protobuf ? PartialSuccess.read(answer.body()) : new ExportOutcome.Delivered();
  }

  /// The text of an error body: the message of a protobuf Status, or what can be read of anything
  /// else.
  private static String text(byte[] body) {
    String text = statusMessage(body);
    return text == null ? new String(body, StandardCharsets.UTF_8) : text;
  }

  private static @Nullable String statusMessage(byte[] body) {
    try {
      WireReader reader = new WireReader(body);
      String message = null;
      while (!reader.atEnd()) {
        int tag = reader.readTag();
        if (tag == STATUS_MESSAGE) {
          int length = reader.readLength();
          message = new String(body, reader.position(), length, StandardCharsets.UTF_8);
          reader.advance(length);
        } else {
          reader.skip(tag);
        }
      }
      return message;
    } catch (MalformedInputException e) {
      return null;
    }
  }
}
