package dev.headgate.gateway.backends;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// A listener on loopback that reads whole requests and answers with whatever bytes a script
/// writes: HTTP/1.1, or HTTP/2 as far as gRPC needs it.
///
/// **Threading:** any thread; each connection has its own.
///
/// **Ownership:** owns its listener and connections.
public final class RawBackend implements AutoCloseable {
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int PING = 6;
  private static final int GOAWAY = 7;
  private static final int WINDOW_UPDATE = 8;
  private static final int PREFACE_BYTES = 24;

  private final ServerSocket listening;
  private final Script script;
  private final boolean http2;
  private final AtomicInteger requests = new AtomicInteger();
  private final List<byte[]> taken = new CopyOnWriteArrayList<>();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  /// What is written to each request.
  @FunctionalInterface
  public interface Script {
    /// Answers a request; an exception ends the connection.
    ///
    /// @param number 1 for the first request
    void answer(Exchange exchange, int number) throws IOException;
  }

  /// Listens on any port.
  public RawBackend(boolean http2, Script script) {
    this.http2 = http2;
    this.script = script;
    try {
      listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  /// Where it listens.
  public int port() {
    return listening.getLocalPort();
  }

  /// How many requests were read.
  public int requests() {
    return requests.get();
  }

  /// The bodies of the requests that were taken; gRPC messages without their prefix.
  public List<byte[]> taken() {
    return taken;
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listening.accept();
        open.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException _) {
      // Closed.
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      if (http2) {
        serveHttp2(socket, in);
      } else {
        while (true) {
          Exchange exchange = new Exchange(socket, 0, readHttp1(in));
          script.answer(exchange, requests.incrementAndGet());
        }
      }
    } catch (IOException _) {
      // The script or the client ended it.
    } finally {
      open.remove(socket);
    }
  }

  private static byte[] readHttp1(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (!head.toString().endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException();
      }
      head.append((char) next);
    }
    for (String line : head.toString().split("\r\n", -1)) {
      if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        return in.readNBytes(Integer.parseInt(line.substring(15).strip()));
      }
    }
    return new byte[0];
  }

  private void serveHttp2(Socket socket, InputStream in) throws IOException {
    in.readNBytes(PREFACE_BYTES);
    OutputStream out = socket.getOutputStream();
    out.write(frame(SETTINGS, 0, 0));
    Map<Integer, ByteArrayOutputStream> bodies = new ConcurrentHashMap<>();
    while (true) {
      byte[] head = in.readNBytes(9);
      if (head.length < 9) {
        return;
      }
      int length = (head[0] & 0xff) << 16 | (head[1] & 0xff) << 8 | (head[2] & 0xff);
      int stream = number(head, 5);
      byte[] payload = in.readNBytes(length);
      boolean ack = (head[4] & 1) != 0;
      switch (head[3]) {
        case SETTINGS -> out.write(ack ? new byte[0] : frame(SETTINGS, 1, 0));
        case PING -> out.write(ack ? new byte[0] : frame(PING, 1, 0, payload));
        case DATA -> {
          bodies.computeIfAbsent(stream, _ -> new ByteArrayOutputStream()).write(payload);
          if (length > 0) {
            out.write(frame(WINDOW_UPDATE, 0, 0, bytes(length)));
            out.write(frame(WINDOW_UPDATE, 0, stream, bytes(length)));
          }
          if (ack) {
            byte[] body = bodies.remove(stream).toByteArray();
            script.answer(
                new Exchange(socket, stream, Arrays.copyOfRange(body, 5, body.length)),
                requests.incrementAndGet());
          }
        }
        default -> {}
      }
    }
  }

  private static int number(byte[] bytes, int at) {
    return (bytes[at] & 0x7f) << 24
        | (bytes[at + 1] & 0xff) << 16
        | (bytes[at + 2] & 0xff) << 8
        | (bytes[at + 3] & 0xff);
  }

  private static byte[] bytes(int number) {
    return new byte[] {
      (byte) (number >>> 24), (byte) (number >>> 16), (byte) (number >>> 8), (byte) number
    };
  }

  private static byte[] frame(int type, int flags, int stream, byte... payload) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(
        new byte[] {
          (byte) (payload.length >>> 16),
          (byte) (payload.length >>> 8),
          (byte) payload.length,
          (byte) type,
          (byte) flags
        });
    out.writeBytes(bytes(stream));
    out.writeBytes(payload);
    return out.toByteArray();
  }

  /// A request that was read, and the connection that it came on.
  public final class Exchange {
    private final Socket socket;
    private final int stream;
    private final byte[] body;

    private Exchange(Socket socket, int stream, byte[] body) {
      this.socket = socket;
      this.stream = stream;
      this.body = body;
    }

    /// Takes the request: 200, or status 0 of gRPC.
    public void accept() throws IOException {
      taken.add(body);
      if (http2) {
        headers(false, "content-type", "application/grpc");
        write(frame(DATA, 0, stream, new byte[5]));
        headers(true, "grpc-status", "0");
      } else {
        write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
      }
    }

    /// Notes that the request counts as taken.
    public void take() {
      taken.add(body);
    }

    /// Writes text as it is.
    public void write(String text) throws IOException {
      write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /// Writes bytes as they are.
    public void write(byte[] bytes) throws IOException {
      socket.getOutputStream().write(bytes);
    }

    /// A HEADERS frame with `:status: 200` (unless it ends the stream after others) and one field.
    public void headers(boolean end, String name, String value) throws IOException {
      ByteArrayOutputStream block = new ByteArrayOutputStream();
      if (!end) {
        block.write(0x88);
      }
      literal(block, name, value);
      write(frame(HEADERS, end ? 5 : 4, stream, block.toByteArray()));
    }

    /// An answer that is HTTP but not gRPC.
    public void httpStatus(String status) throws IOException {
      ByteArrayOutputStream block = new ByteArrayOutputStream();
      literal(block, ":status", status);
      literal(block, "content-type", "text/html");
      write(frame(HEADERS, 5, stream, block.toByteArray()));
    }

    private static void literal(ByteArrayOutputStream block, String name, String value) {
      block.write(0);
      block.write(name.length());
      block.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
      block.write(value.length());
      block.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
    }

    /// The beginning of a response message that claims a length.
    public void message(int claimedBytes) throws IOException {
      headers(false, "content-type", "application/grpc");
      ByteArrayOutputStream prefix = new ByteArrayOutputStream();
      prefix.write(0);
      prefix.writeBytes(bytes(claimedBytes));
      write(frame(DATA, 0, stream, prefix.toByteArray()));
    }

    /// Ends the stream with an error code of HTTP/2.
    public void reset(int code) throws IOException {
      write(frame(RST_STREAM, 0, stream, bytes(code)));
    }

    /// Says that no stream was worked on and no more will be.
    public void goAway(int code) throws IOException {
      ByteArrayOutputStream payload = new ByteArrayOutputStream();
      payload.writeBytes(bytes(0));
      payload.writeBytes(bytes(code));
      write(frame(GOAWAY, 0, 0, payload.toByteArray()));
    }

    /// Closes the connection; `abruptly` with a TCP reset.
    public void close(boolean abruptly) throws IOException {
      if (abruptly) {
        socket.setSoLinger(true, 0);
      }
      socket.close();
      throw new EOFException();
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
