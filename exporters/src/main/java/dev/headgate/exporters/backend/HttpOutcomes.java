package dev.headgate.exporters.backend;

import dev.headgate.exporters.client.HttpReply;
import dev.headgate.exporters.delivery.ExportOutcome;
import dev.headgate.pipeline.wire.MalformedInputException;
import dev.headgate.pipeline.wire.WireReader;
import dev.headgate.pipeline.wire.WireType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What an HTTP reply means (OTLP specification, "Failures"), with the backends' own words where
/// the status alone misleads.
///
/// **Threading:** any thread.
final class HttpOutcomes {
  private static final int STATUS_MESSAGE = WireType.tag(2, WireType.LENGTH_DELIMITED);
  private static final int MAX_MESSAGE_CHARS = 500;

  private final InstantSource wallClock;

  HttpOutcomes(InstantSource wallClock) {
    this.wallClock = wallClock;
  }

  ExportOutcome of(HttpReply reply) {
    return switch (reply) {
      case HttpReply.Answer answer -> of(answer);
      case HttpReply.NoAnswer none ->
          none.largeWrite()
              ? new ExportOutcome.Retryable(null, none.kind(), none.message() + " during a write")
              : new ExportOutcome.Retryable(null, none.kind(), none.message());
    };
  }

  private ExportOutcome of(HttpReply.Answer answer) {
    String code = Integer.toString(answer.status());
    return switch (answer.status()) {
      case 200, 202, 204 -> success(answer);
      case 413 -> new ExportOutcome.TooLarge(code, message(answer));
      case 429, 502, 503, 504 -> {
        String message = message(answer);
        yield neverFits(message)
            ? new ExportOutcome.TooLarge(code, message)
            : new ExportOutcome.Retryable(retryAfter(answer.retryAfter()), code, message);
      }
      default -> {
        String message = message(answer);
        yield neverFits(message)
            ? new ExportOutcome.TooLarge(code, message)
            : new ExportOutcome.Permanent(code, message);
      }
    };
  }

  private static ExportOutcome success(HttpReply.Answer answer) {
    String type = answer.contentType() == null ? "" : answer.contentType();
    boolean protobuf = type.toLowerCase(Locale.ROOT).startsWith("application/x-protobuf");
    return protobuf ? PartialSuccess.read(answer.body()) : new ExportOutcome.Delivered();
  }

  /// Tempo and Mimir answer a batch over the burst limit with a retryable status, for ever.
  private static boolean neverFits(String message) {
    return message.contains("batch size (")
        || message.contains("ingestion burst size limit")
        || message.contains("request body too large")
        || message.contains("message larger than max");
  }

  private @Nullable Duration retryAfter(@Nullable String header) {
    if (header == null || header.isBlank()) {
      return null;
    }
    String value = header.strip();
    try {
      return Duration.ofSeconds(Math.clamp(Long.parseLong(value), 0, 86_400));
    } catch (NumberFormatException e) {
      return untilDate(value);
    }
  }

  private @Nullable Duration untilDate(String value) {
    try {
      Instant date = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(value));
      Duration wait = Duration.between(wallClock.instant(), date);
      return wait.isNegative() ? Duration.ZERO : wait;
    } catch (DateTimeParseException e) {
      return null;
    }
  }

  /// The text of an error body: the message of a protobuf Status, or what can be read of anything
  /// else.
  private static String message(HttpReply.Answer answer) {
    byte[] body = answer.body();
    String text = statusMessage(body);
    if (text == null) {
      text = new String(body, StandardCharsets.UTF_8);
    }
    return text.length() > MAX_MESSAGE_CHARS ? text.substring(0, MAX_MESSAGE_CHARS) : text;
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
