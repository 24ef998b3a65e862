package dev.headgate.gateway.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// An HTTP/1.1 connection on which a test writes what it likes.
///
/// **Threading:** confined to one thread.
///
/// **Ownership:** owns its socket.
public final class RawHttp implements AutoCloseable {
  private final Socket socket;
  private final InputStream in;

  /// A response.
  ///
  /// @param headers names in lower case
  public record Response(int status, Map<String, String> headers, byte[] body) {}

  public RawHttp(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(20_000);
    socket.setTcpNoDelay(true);
    in = new BufferedInputStream(socket.getInputStream());
  }

  /// The head of a POST of protobuf to `/v1/traces`.
  public static String head(String... headers) {
    StringBuilder head = new StringBuilder("POST /v1/traces HTTP/1.1\r\nHost: test\r\n");
    head.append("Content-Type: application/x-protobuf\r\n");
    for (String header : headers) {
      head.append(header).append("\r\n");
    }
    return head.append("\r\n").toString();
  }

  /// A whole POST with its length.
  public static byte[] post(byte[] body) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(head("Content-Length: " + body.length).getBytes(ISO_8859_1));
    out.writeBytes(body);
    return out.toByteArray();
  }

  public void write(String text) throws IOException {
    write(text.getBytes(ISO_8859_1));
  }

  public void write(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  /// Writes one chunk of a chunked body; an empty one ends it.
  public void chunk(byte[] bytes) throws IOException {
    write(Integer.toHexString(bytes.length) + "\r\n");
    write(bytes);
    write("\r\n");
  }

  /// Reads the next response.
  public Response read() throws IOException {
    Response head = readHead();
    int length = Integer.parseInt(head.headers().getOrDefault("content-length", "0"));
    return new Response(head.status(), head.headers(), in.readNBytes(length));
  }

  /// Reads the next response, which has no body whatever its length says.
  public Response readHead() throws IOException {
    String status = line();
    Map<String, String> headers = new HashMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    return new Response(Integer.parseInt(status.substring(9, 12)), headers, new byte[0]);
  }

  /// Whether the server closes the connection, with or without a reset.
  public boolean isClosedByServer() throws IOException {
    try {
      return in.read() < 0;
    } catch (java.net.SocketException e) {
      return true;
    }
  }

  /// Ends the connection with a reset.
  public void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    while (true) {
      int c = in.read();
      if (c < 0) {
        throw new EOFException("connection closed after: " + line);
      }
      if (c == '\n') {
        return line.toString().strip();
      }
      line.append((char) c);
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
