package dev.headgate.gateway.hurt;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;

/// An HTTP/2 connection without TLS on which a test writes the frames that it likes. What comes
/// back is counted by type. Writes to a connection that the server has closed are ignored.
///
/// **Threading:** any thread writes; a thread of its own reads.
///
/// **Ownership:** owns its socket.
final class RawHttp2 implements AutoCloseable {
  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int PRIORITY = 2;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;

  static final int END_STREAM = 1;
  static final int ACK = 1;
  static final int END_HEADERS = 4;

  private static final byte[] NOTHING = {};
  private static final int PATIENCE_MILLIS = 30_000;

  private final Socket socket = new Socket();
  private final OutputStream out;
  private final AtomicIntegerArray received = new AtomicIntegerArray(256);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final boolean grpc;
  private volatile boolean broken;

  /// Connects and says hello.
  ///
  /// @param settings the payload of the first SETTINGS
  RawHttp2(boolean grpc, int port, byte[] settings) throws IOException {
    this.grpc = grpc;
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    socket.setTcpNoDelay(true);
    out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16);
    out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(ISO_8859_1));
    frame(SETTINGS, 0, 0, settings);
    flush();
  }

  /// The same, reading what comes.
  static RawHttp2 open(boolean grpc, int port) throws IOException {
    RawHttp2 connection = new RawHttp2(grpc, port, NOTHING);
    connection.readOn();
    return connection;
  }

  /// Reads and counts from now on.
  void readOn() {
    Thread.ofVirtual().start(this::count);
  }

  private void count() {
    try {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      while (true) {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        in.readInt();
        byte[] payload = in.readNBytes(length);
        if (type == PING && flags != ACK) {
          frame(PING, ACK, 0, payload);
          flush();
        }
        received.incrementAndGet(type);
        synchronized (received) {
          received.notifyAll();
        }
      }
    } catch (IOException e) {
      ended.countDown();
      synchronized (received) {
        received.notifyAll();
      }
    }
  }

  /// How many frames of a type have come.
  int received(int type) {
    return received.get(type);
  }

  /// Waits until so many frames of a type have come.
  void awaitReceived(int type, int count) throws InterruptedException {
    synchronized (received) {
      while (received.get(type) < count && ended.getCount() > 0) {
        received.wait(PATIENCE_MILLIS);
      }
    }
    assertThat(received.get(type)).isGreaterThanOrEqualTo(count);
  }

  /// Whether the server ended the connection, waiting for it.
  boolean isClosedByServer() throws InterruptedException {
    return ended.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
  }

  synchronized void frame(int type, int flags, int streamId, byte[] payload) {
    ByteBuffer head = ByteBuffer.allocate(9);
    head.putInt(payload.length << 8 | type).put((byte) flags).putInt(streamId);
    write(head.array());
    write(payload);
  }

  void frame(int type, int flags, int streamId, int word) {
    frame(type, flags, streamId, ByteBuffer.allocate(4).putInt(word).array());
  }

  /// Begins an export.
  void begin(int streamId, int flags) {
    frame(HEADERS, END_HEADERS | flags, streamId, head());
  }

  /// The header block of an export.
  byte[] head() {
    return grpc
        ? block(
            ":method", "POST",
            ":scheme", "http",
            ":path", "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
            ":authority", "test",
            "content-type", "application/grpc",
            "te", "trailers")
        : block(
            ":method", "POST",
            ":scheme", "http",
            ":path", "/v1/traces",
            ":authority", "test",
            "content-type", "application/x-protobuf");
  }

  /// A header block of literals that no table takes up (RFC 7541 section 6.2.2).
  static byte[] block(String... namesAndValues) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      block.write(0);
      text(block, namesAndValues[i]);
      text(block, namesAndValues[i + 1]);
    }
    return block.toByteArray();
  }

  private static void text(ByteArrayOutputStream block, String text) {
    int length = text.length();
    if (length < 127) {
      block.write(length);
    } else {
      block.write(127);
      for (length -= 127; length >= 128; length >>>= 7) {
        block.write(length & 127 | 128);
      }
      block.write(length);
    }
    block.writeBytes(text.getBytes(ISO_8859_1));
  }

  synchronized void write(byte[] bytes) {
    if (!broken) {
      try {
        out.write(bytes);
      } catch (IOException e) {
        broken = true;
      }
    }
  }

  synchronized void flush() {
    if (!broken) {
      try {
        out.flush();
      } catch (IOException e) {
        broken = true;
      }
    }
  }

  /// Whether a write found the connection closed.
  boolean isBroken() {
    return broken;
  }

  @Override
  public void close() throws IOException {
    try {
      socket.close();
    } finally {
      ended.countDown();
    }
  }
}
