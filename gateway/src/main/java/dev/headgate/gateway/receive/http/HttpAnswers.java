package dev.headgate.gateway.receive.http;

import dev.headgate.config.Secret;
import dev.headgate.gateway.admit.Cors;
import dev.headgate.pipeline.worker.IngestRequest.Encoding;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How the answers to one request are written: with the headers that the configuration adds, and
/// those that let a web page read them.
///
/// @param configured `response_headers`
/// @param cors what the page's browser is told
/// @param headOnly whether the content is left out: a client that sent HEAD takes none, and to send
///   it some is an error in HTTP/2 (RFC 9110 section 9.3.2, RFC 9113 section 8.1.1)
record HttpAnswers(Map<String, Secret> configured, Map<String, String> cors, boolean headOnly) {
  /// Nothing is added.
  static final HttpAnswers PLAIN = new HttpAnswers(Map.of(), Map.of(), false);

  /// What is added to the answers to a request.
  static HttpAnswers of(HttpServices.Limits limits, HttpRequest request) {
    Cors cors = limits.cors();
    Map<String, Secret> configured = limits.config().responseHeaders();
    boolean headOnly = HttpMethod.HEAD.equals(request.method());
    if (cors == null && configured.isEmpty() && !headOnly) {
      return PLAIN;
    }
    return new HttpAnswers(
        configured,
        cors == null || isPreflight(request)
            ? Map.of()
            : cors.actual(request.headers().get(HttpHeaderNames.ORIGIN), request.method().name()),
        headOnly);
  }

  /// The answer to a preflight (Fetch standard, "CORS-preflight request"), which comes without
  /// credentials; null when the request is none, or no web page may send.
  static @Nullable OtlpAnswer preflight(HttpServices.Limits limits, HttpRequest request) {
    Cors cors = limits.cors();
    if (cors == null || !isPreflight(request)) {
      return null;
    }
    HttpHeaders headers = request.headers();
    return OtlpAnswer.noContent(
        cors.preflight(
            headers.get(HttpHeaderNames.ORIGIN),
            headers.get(HttpHeaderNames.ACCESS_CONTROL_REQUEST_METHOD),
            headers.getAll(HttpHeaderNames.ACCESS_CONTROL_REQUEST_HEADERS)));
  }

  private static boolean isPreflight(HttpRequest request) {
    String method = request.headers().get(HttpHeaderNames.ACCESS_CONTROL_REQUEST_METHOD);
    return HttpMethod.OPTIONS.equals(request.method()) && method != null && !method.isEmpty();
  }

  /// An answer as HTTP.
  FullHttpResponse response(OtlpAnswer answer, Encoding encoding) {
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(answer.status()),
            headOnly ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(answer.body()));
    HttpHeaders headers = response.headers();
    configured.forEach((name, value) -> headers.set(name, value.reveal()));
    // How an answer is framed is not for a configuration to say.
    headers.remove(HttpHeaderNames.TRANSFER_ENCODING).remove(HttpHeaderNames.CONNECTION);
    cors.forEach(headers::set);
    answer.headers().forEach(headers::set);
    // A 204 has no length (RFC 9110 section 8.6).
    if (answer.status() != 204) {
      headers.set(HttpHeaderNames.CONTENT_TYPE, HttpRouting.contentType(encoding));
      headers.set(HttpHeaderNames.CONTENT_LENGTH, answer.body().length);
    }
    return response;
  }
}
