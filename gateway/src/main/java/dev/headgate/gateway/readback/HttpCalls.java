package dev.headgate.gateway.readback;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.headgate.pipeline.log.ForeignText;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;

/// HTTP calls that wait for their answer. They go to the address that is named and to no other, be
/// it a proxy's or one that an answer redirects to: their headers may be secret. Needs nothing but
/// the base module of the JDK, which is all that the image has.
///
/// **Threading:** immutable; any thread.
public final class HttpCalls {
  private static final String TENANT_HEADER = "X-Scope-OrgID";
  private static final int MAX_BODY_BYTES = 16 << 20;
  private static final int MAX_QUOTED_CHARS = 200;
  private static final int FIRST_ERROR = 400;

  private final int timeoutMillis;
  private final Map<String, String> headers;

  /// An answer.
  public record Reply(int status, byte[] body) {}

  /// @param timeout how long a connection, and then each part of an answer, may take
  /// @param headers sent with every call
  public HttpCalls(Duration timeout, Map<String, String> headers) {
    this.timeoutMillis = Math.toIntExact(timeout.toMillis());
    this.headers = Map.copyOf(headers);
  }

  /// Calls in the name of a tenant.
  ///
  /// @param timeout as above
  /// @param tenant empty for none
  public static HttpCalls ofTenant(Duration timeout, String tenant) {
    return new HttpCalls(timeout, tenant.isEmpty() ? Map.of() : Map.of(TENANT_HEADER, tenant));
  }

  /// Asks for something.
  ///
  /// @throws IOException when there is no answer, or one of over 16 MiB; the message names the URI
  public Reply get(URI uri, String accept) throws IOException {
    HttpURLConnection connection = open(uri);
    connection.setRequestProperty("Accept", accept);
    return reply(uri, connection);
  }

  /// Asks for something that has to be there.
  ///
  /// @throws IOException when there is no answer, or one of another status than 200
  public byte[] body(URI uri, String accept) throws IOException {
    Reply reply = get(uri, accept);
    if (reply.status != HttpURLConnection.HTTP_OK) {
      throw refusal(uri, reply);
    }
    return reply.body;
  }

  /// Asks for JSON.
  ///
  /// @throws IOException when there is no answer, one of another status than 200, or no JSON
  public JsonValue json(URI uri) throws IOException {
    return JsonValue.parse(body(uri, "application/json"));
  }

  /// Sends a body.
  ///
  /// @throws IOException when there is no answer; the message names the URI
  public Reply post(URI uri, String contentType, byte[] body) throws IOException {
    HttpURLConnection connection = open(uri);
    connection.setRequestMethod("POST");
    connection.setRequestProperty("Content-Type", contentType);
    connection.setDoOutput(true);
    // Also keeps the JDK from sending it a second time by itself.
    connection.setFixedLengthStreamingMode(body.length);
    try (OutputStream out = connection.getOutputStream()) {
      out.write(body);
    } catch (IOException e) {
      throw unanswered(uri, e);
    }
    return reply(uri, connection);
  }

  /// What an answer that is no success means.
  public static IOException refusal(URI uri, Reply reply) {
    String quoted = ForeignText.line(new String(reply.body, UTF_8).strip(), MAX_QUOTED_CHARS);
    return new IOException(
        place(uri) + ": HTTP " + reply.status + (quoted.isEmpty() ? "" : ": " + quoted));
  }

  /// An address below a base URL.
  ///
  /// @param base with any number of slashes at its end
  /// @param query values by their names, not encoded
  public static URI below(URI base, String path, Map<String, String> query) {
    String prefix = base.toString();
    while (prefix.endsWith("/")) {
      prefix = prefix.substring(0, prefix.length() - 1);
    }
    String parameters =
        query.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), UTF_8))
            .collect(Collectors.joining("&"));
    return URI.create(prefix + path + (parameters.isEmpty() ? "" : "?" + parameters));
  }

  private HttpURLConnection open(URI uri) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection(Proxy.NO_PROXY);
    connection.setConnectTimeout(timeoutMillis);
    connection.setReadTimeout(timeoutMillis);
    connection.setInstanceFollowRedirects(false);
    headers.forEach(connection::setRequestProperty);
    return connection;
  }

  private static Reply reply(URI uri, HttpURLConnection connection) throws IOException {
    try {
      int status = connection.getResponseCode();
      InputStream stream =
          status >= FIRST_ERROR ? connection.getErrorStream() : connection.getInputStream();
      if (stream == null) {
        return new Reply(status, new byte[0]);
      }
      try (stream) {
        byte[] body = stream.readNBytes(MAX_BODY_BYTES + 1);
        if (body.length > MAX_BODY_BYTES) {
          throw new IOException("larger than " + MAX_BODY_BYTES + " bytes");
        }
        return new Reply(status, body);
      }
    } catch (IOException e) {
      throw unanswered(uri, e);
    } finally {
      connection.disconnect();
    }
  }

  private static IOException unanswered(URI uri, IOException cause) {
    String why = ForeignText.line(String.valueOf(cause.getMessage()), MAX_QUOTED_CHARS);
    return new IOException(place(uri) + ": no answer: " + why, cause);
  }

  /// Without the query, which is long and says nothing to a reader, and without a user, whose
  /// password may stand there. Cut by hand: a name with `_`, as containers have, is no host to a
  /// `URI`.
  private static String place(URI uri) {
    String authority = String.valueOf(uri.getRawAuthority());
    String host = authority.substring(authority.lastIndexOf('@') + 1);
    return uri.getScheme() + "://" + host + uri.getRawPath();
  }
}
