package dev.headgate.gateway.receive.http;

import com.google.rpc.Code;
import dev.headgate.config.Signal;
import dev.headgate.gateway.admit.ContextHeaders;
import dev.headgate.pipeline.codec.ContentCoding;
import dev.headgate.pipeline.payload.Tenant;
import dev.headgate.pipeline.worker.IngestRequest.Encoding;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import org.jspecify.annotations.Nullable;

/// What the head of a request says, before its body is read.
sealed interface RequestHead {
  /// The signal of the path, null when the path is unknown.
  @Nullable Signal signal();

  /// The encoding to answer in.
  Encoding encoding();

  /// How many header fields a request may have.
  int MAX_HEADERS = 100;

  /// An export request that this receiver understands.
  ///
  /// @param contentLength the body's declared length in bytes, -1 when it is not declared
  record Export(
      Signal signal, Encoding encoding, ContentCoding coding, Tenant tenant, long contentLength)
      implements RequestHead {}

  /// Anything else, with its answer.
  ///
  /// @param signal the signal of the path, null when the path is unknown
  /// @param encoding the encoding to answer in
  record Unsupported(@Nullable Signal signal, Encoding encoding, OtlpAnswer answer)
      implements RequestHead {}

  /// Reads a head.
  ///
  /// @param context takes the tenant from the headers
  static RequestHead read(HttpRequest request, HttpRouting routing, ContextHeaders context) {
    String contentType = request.headers().get(HttpHeaderNames.CONTENT_TYPE);
    @Nullable Encoding encoding = HttpRouting.encoding(contentType);
    Encoding answerEncoding = encoding == null ? Encoding.JSON : encoding;
    if (!request.decoderResult().isSuccess()) {
      return unsupported(null, answerEncoding, malformedHead(request), "malformed HTTP request");
    }
    if (request.headers().size() > MAX_HEADERS) {
      return unsupported(
          null, answerEncoding, 431, "headers: too many (expected: at most " + MAX_HEADERS + ")");
    }
    @Nullable Signal signal = routing.signal(request.uri());
    if (signal == null) {
      return unsupported(null, answerEncoding, 404, "path: not found (expected: /v1/traces, ...)");
    }
    if (!HttpMethod.POST.equals(request.method())) {
      return unsupported(signal, answerEncoding, 405, "method: not allowed (expected: POST)");
    }
    if (encoding == null) {
      return unsupported(
          signal,
          answerEncoding,
          415,
          "Content-Type: unsupported (expected: application/x-protobuf or application/json)");
    }
    @Nullable ContentCoding coding =
        ContentCoding.parse(
            String.join(",", request.headers().getAll(HttpHeaderNames.CONTENT_ENCODING)));
    if (coding == null) {
      return unsupported(
          signal,
          encoding,
          415,
          "Content-Encoding: unsupported (expected: identity, gzip, zstd or deflate)");
    }
    @Nullable Tenant tenant = context.read(request.headers()::getAll);
    if (tenant == null) {
      return unsupported(signal, encoding, 400, ContextHeaders.REFUSAL);
    }
    return new Export(signal, encoding, coding, tenant, HttpUtil.getContentLength(request, -1L));
  }

  private static int malformedHead(HttpRequest request) {
    Throwable cause = request.decoderResult().cause();
    if (cause instanceof TooLongHttpLineException) {
      return 414;
    }
    return cause instanceof TooLongHttpHeaderException ? 431 : 400;
  }

  private static Unsupported unsupported(
      @Nullable Signal signal, Encoding encoding, int status, String message) {
    Code code =
        switch (status) {
          case 404, 405, 415 -> Code.UNIMPLEMENTED;
          default -> Code.INVALID_ARGUMENT;
        };
    return new Unsupported(signal, encoding, OtlpAnswer.error(status, code, message, encoding));
  }
}
