package dev.headgate.bench.load;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Takes OTLP requests over gRPC and HTTP, counts what is in them and answers.
///
/// **Threading:** confined to the thread that calls [#run], except [#execute] and [#stop].
final class Sink {
  private static final long MILLI = 1_000_000;
  private static final int READ_BYTES = 1 << 18;
  private static final int BACKLOG = 1024;

  private final EpochClock clock = new EpochClock();
  private final SinkCounts counts;
  private final Buffers buffers = new Buffers();
  private final ByteBuffer in = ByteBuffer.allocateDirect(READ_BYTES);
  private final Set<SinkConnection> connections = new HashSet<>();
  private final List<ServerSocketChannel> listeners = new ArrayList<>();
  private final Queue<Deferred> deferred = new ArrayDeque<>();
  private final EventLoop loop;
  private final PrintWriter err;
  private final int grpcPort;
  private final int httpPort;
  private SinkMode mode;
  private double failShare;
  private boolean brokenSaid;
  private boolean stopped;

  /// Opens the ports.
  ///
  /// @param grpcPort 0 = none
  /// @param httpPort 0 = none
  Sink(int grpcPort, int httpPort, SinkMode mode, boolean searchesSecrets, PrintWriter err)
      throws IOException {
    this.grpcPort = grpcPort;
    this.httpPort = httpPort;
    this.mode = mode;
    this.err = err;
    counts = new SinkCounts(clock, searchesSecrets);
    loop = new EventLoop();
    if (!mode.down()) {
      listen();
    }
  }

  private record Deferred(SinkConnection connection, int stream, long dueNanos) {}

  private interface Opener {
    SinkConnection open(SocketChannel channel) throws IOException;
  }

  private void listen() throws IOException {
    if (grpcPort > 0) {
      listen(grpcPort, channel -> new GrpcSinkConnection(this, loop, channel));
    }
    if (httpPort > 0) {
      listen(httpPort, channel -> new HttpSinkConnection(this, loop, channel));
    }
  }

  private void listen(int port, Opener opener) throws IOException {
    ServerSocketChannel listener = ServerSocketChannel.open();
    listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
    listener.bind(new InetSocketAddress("127.0.0.1", port), BACKLOG);
    listeners.add(listener);
    loop.register(listener, SelectionKey.OP_ACCEPT, _ -> accept(listener, opener));
  }

  private void accept(ServerSocketChannel listener, Opener opener) {
    try {
      SocketChannel channel;
      while ((channel = listener.accept()) != null) {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        connections.add(opener.open(channel));
        counts.onConnection();
      }
    } catch (IOException e) {
      onBroken(e);
    }
  }

  /// Runs until [#stop].
  void run() throws IOException {
    try (loop;
        counts) {
      loop.run(this::round);
    }
  }

  /// Ends [#run], from any thread.
  void stop() {
    loop.execute(() -> stopped = true);
  }

  /// Runs a task in the loop, from any thread.
  void execute(Runnable task) {
    loop.execute(task);
  }

  private long round() {
    if (stopped) {
      return -1;
    }
    if (deferred.isEmpty()) {
      return 0;
    }
    long now = clock.nanos();
    Deferred next;
    while ((next = deferred.peek()) != null && next.dueNanos <= now) {
      deferred.remove();
      next.connection.answer(next.stream, null);
      next.connection.flush();
    }
    return next == null ? 0 : (next.dueNanos - now) / MILLI + 1;
  }

  /// Counts a request and answers it, now or later. The message stays the connection's.
  void onRequest(SinkConnection connection, int stream, Message message, int from) {
    SinkMode.Failure failure = failureOfNext();
    if (failure != null) {
      counts.onFailed();
      if (failure != SinkMode.Failure.hang) {
        connection.answer(stream, failure);
      }
    } else if (!counts.count(message, from)) {
      connection.answer(stream, SinkMode.Failure.invalid);
    } else if (mode.delayMillis() > 0) {
      deferred.add(new Deferred(connection, stream, clock.nanos() + mode.delayMillis() * MILLI));
    } else {
      connection.answer(stream, null);
    }
  }

  /* Exactly the share that is asked for, evenly spread. */
  private SinkMode.@Nullable Failure failureOfNext() {
    if (mode.failPercent() <= 0) {
      return null;
    }
    failShare += mode.failPercent() / 100;
    if (failShare < 1) {
      return null;
    }
    failShare -= 1;
    return mode.failure();
  }

  /// Behaves otherwise from now on.
  void mode(SinkMode next) {
    boolean wasDown = mode.down();
    mode = next;
    try {
      if (next.down() && !wasDown) {
        for (ServerSocketChannel listener : listeners) {
          listener.close();
        }
        listeners.clear();
        List.copyOf(connections).forEach(SinkConnection::close);
        deferred.clear();
      } else if (!next.down() && wasDown) {
        listen();
      }
    } catch (IOException e) {
      onBroken(e);
    }
  }

  /// How it behaves.
  SinkMode mode() {
    return mode;
  }

  /// What was counted.
  SinkCounts counts() {
    return counts;
  }

  /// The report.
  String report() {
    JsonLine json = new JsonLine();
    counts.write(json);
    return json.field("delay_ms", mode.delayMillis())
        .field("fail", mode.failure().name())
        .field("fail_percent", mode.failPercent())
        .field("down", mode.down() ? 1 : 0)
        .field("open_connections", connections.size())
        .toString();
  }

  /// The buffer that every connection reads into, empty.
  ByteBuffer in() {
    return in.clear();
  }

  /// The arrays for messages.
  Buffers buffers() {
    return buffers;
  }

  /// A connection is closed.
  void onClosed(SinkConnection connection) {
    connections.remove(connection);
  }

  /// A connection broke; said once.
  void onBroken(Exception why) {
    if (!brokenSaid) {
      brokenSaid = true;
      err.println("sink: a connection broke: " + why);
      err.flush();
    }
  }
}
