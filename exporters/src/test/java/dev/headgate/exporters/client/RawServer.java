package dev.headgate.exporters.client;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ServerSocketFactory;

/// A server on loopback that does with each connection what a script says, bytes as they are.
final class RawServer implements AutoCloseable {
  private final ServerSocket listening;
  private final Script script;
  private final AtomicInteger connections = new AtomicInteger();

  /// What one connection does.
  interface Script {
    /// @param number 1 for the first connection
    void serve(Peer peer, int number) throws IOException;
  }

  RawServer(Script script) throws IOException {
    this(script, ServerSocketFactory.getDefault());
  }

  RawServer(Script script, ServerSocketFactory sockets) throws IOException {
    this.listening = sockets.createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.script = script;
    daemon(this::accept);
  }

  private static void daemon(Runnable task) {
    Thread.ofPlatform().daemon().start(task);
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listening.accept();
        int number = connections.incrementAndGet();
        daemon(() -> serve(socket, number));
      }
    } catch (IOException _) {
      // Closed.
    }
  }

  private void serve(Socket socket, int number) {
    try (socket) {
      script.serve(new Peer(socket), number);
    } catch (IOException _) {
      // The client went away; the test sees it in the reply.
    }
  }

  int port() {
    return listening.getLocalPort();
  }

  int connections() {
    return connections.get();
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }

  /// One connection.
  static final class Peer {
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    Peer(Socket socket) throws IOException {
      this.socket = socket;
      this.in = new BufferedInputStream(socket.getInputStream());
      this.out = socket.getOutputStream();
    }

    /// Reads a request's head; empty at the end of the connection.
    String head() throws IOException {
      ByteArrayOutputStream head = new ByteArrayOutputStream();
      while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
        int b = in.read();
        if (b < 0) {
          return "";
        }
        head.write(b);
      }
      return head.toString(StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    }

    /// Reads a request; empty at the end of the connection.
    String request() throws IOException {
      String head = head();
      if (!head.isEmpty()) {
        in.skipNBytes(bodyBytes(head));
      }
      return head;
    }

    private static int bodyBytes(String head) {
      int at = head.indexOf("content-length: ") + "content-length: ".length();
      return Integer.parseInt(head.substring(at, head.indexOf('\r', at)));
    }

    /// Reads a request and returns its body.
    byte[] body() throws IOException {
      return in.readNBytes(bodyBytes(head()));
    }

    void write(String bytes) throws IOException {
      out.write(bytes.getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
    }

    /// Closes with a reset.
    void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }

    /// Waits until the client closes.
    void awaitEnd() throws IOException {
      in.transferTo(OutputStream.nullOutputStream());
    }
  }
}
