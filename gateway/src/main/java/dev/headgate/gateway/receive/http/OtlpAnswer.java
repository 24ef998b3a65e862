package dev.headgate.gateway.receive.http;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.google.protobuf.Any;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.Status;
import dev.headgate.config.Signal;
import dev.headgate.gateway.admit.ExportResponse;
import dev.headgate.pipeline.worker.IngestRequest.Encoding;
import dev.headgate.pipeline.worker.IngestResult;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/// An HTTP answer in OTLP's words (OTLP specification, "OTLP/HTTP Response"): an export response,
/// or a `google.rpc.Status` for every 4xx and 5xx, in the request's encoding.
///
/// @param headers what the status asks for, such as `Retry-After`
record OtlpAnswer(int status, byte[] body, Map<String, String> headers) {
  private static final byte[] EMPTY_JSON = {'{', '}'};

  /// The answer to an export request.
  static OtlpAnswer of(IngestResult result, Signal signal, Encoding encoding) {
    return switch (result) {
      case IngestResult.Accepted accepted ->
          new OtlpAnswer(200, success(accepted, signal, encoding), Map.of());
      case IngestResult.Overloaded overloaded ->
          new OtlpAnswer(
              503,
              status(Code.UNAVAILABLE, "overloaded: try again later", encoding),
              Map.of("retry-after", Long.toString(seconds(overloaded.retryAfter()))));
      case IngestResult.Malformed malformed -> badRequest(malformed.message(), encoding);
      case IngestResult.TooLarge tooLarge ->
          error(413, Code.RESOURCE_EXHAUSTED, tooLarge.message(), encoding);
      case IngestResult.NoPipeline none -> error(404, Code.UNIMPLEMENTED, none.message(), encoding);
      case IngestResult.Failed failed -> error(500, Code.INTERNAL, failed.message(), encoding);
    };
  }

  /// An error that is final.
  static OtlpAnswer error(int status, Code code, String message, Encoding encoding) {
    return new OtlpAnswer(
        status,
        status(code, message, encoding),
        status == 405 ? Map.of("allow", "POST") : Map.of());
  }

  /// The answer to a client that is not known.
  ///
  /// @param challenge how it may make itself known
  static OtlpAnswer unauthenticated(String challenge, Encoding encoding) {
    return new OtlpAnswer(
        401,
        status(Code.UNAUTHENTICATED, "not authenticated", encoding),
        Map.of("www-authenticate", challenge));
  }

  /// The answer to a preflight.
  static OtlpAnswer noContent(Map<String, String> headers) {
    return new OtlpAnswer(204, new byte[0], headers);
  }

  private static long seconds(Duration delay) {
    return Math.max(1, (delay.toMillis() + 999) / 1000);
  }

  private static OtlpAnswer badRequest(String message, Encoding encoding) {
    byte[] body =
        switch (encoding) {
          case PROTOBUF ->
              Status.newBuilder()
                  .setCode(Code.INVALID_ARGUMENT_VALUE)
                  .setMessage(message)
                  .addDetails(
                      Any.pack(
                          BadRequest.newBuilder()
                              .addFieldViolations(
                                  BadRequest.FieldViolation.newBuilder().setDescription(message))
                              .build()))
                  .build()
                  .toByteArray();
          case JSON ->
              utf8(
                  "{\"code\":3,\"message\":"
                      + quoted(message)
                      + ",\"details\":[{\"@type\":\"type.googleapis.com/google.rpc.BadRequest\","
                      + "\"fieldViolations\":[{\"description\":"
                      + quoted(message)
                      + "}]}]}");
        };
    return new OtlpAnswer(400, body, Map.of());
  }

  private static byte[] status(Code code, String message, Encoding encoding) {
    return switch (encoding) {
      case PROTOBUF ->
          Status.newBuilder().setCode(code.getNumber()).setMessage(message).build().toByteArray();
      case JSON -> utf8("{\"code\":" + code.getNumber() + ",\"message\":" + quoted(message) + "}");
    };
  }

  private static byte[] success(IngestResult.Accepted accepted, Signal signal, Encoding encoding) {
    return switch (encoding) {
      case PROTOBUF -> ExportResponse.protobuf(accepted);
      case JSON ->
          accepted.rejectedItems() == 0 && accepted.message().isEmpty()
              ? EMPTY_JSON.clone()
              : partialSuccessJson(accepted, signal);
    };
  }

  private static byte[] partialSuccessJson(IngestResult.Accepted accepted, Signal signal) {
    String rejected =
        switch (signal) {
          case TRACES -> "rejectedSpans";
          case LOGS -> "rejectedLogRecords";
          case METRICS -> "rejectedDataPoints";
        };
    return utf8(
        "{\"partialSuccess\":{\""
            + rejected
            + "\":\""
            + accepted.rejectedItems()
            + "\",\"errorMessage\":"
            + quoted(accepted.message())
            + "}}");
  }

  private static String quoted(String text) {
    return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
