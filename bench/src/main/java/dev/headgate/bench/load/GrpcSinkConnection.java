package dev.headgate.bench.load;

import dev.headgate.config.Signal;
import dev.headgate.pipeline.codec.ContentCoding;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// An HTTP/2 connection on which OTLP/gRPC requests arrive.
///
/// **Threading:** confined to the event loop. **Ownership:** holds a socket; [#close] closes it.
final class GrpcSinkConnection implements SinkConnection, EventLoop.Ready, FrameReader.Listener {
  private static final int PREFIX_BYTES = 5;
  private static final int TABLE_BYTES = 4096;
  private static final int TOP_UP_BYTES = 1 << 29;
  private static final byte STATUS_200 = (byte) 0x88;
  /* RetryInfo of one second in google.rpc.Status, base64. */
  private static final String RETRY_INFO =
      "CAgaLgooVHlwZS5nb29nbGVhcGlzLmNvbS9nb29nbGUucnBjLlJldHJ5SW5mbxICCgA";

  private final Sink sink;
  private final SocketChannel channel;
  private final SelectionKey key;
  private final Outbox out = new Outbox();
  private final FrameReader frames = new FrameReader(this, Http2.PREFACE.length);
  private final List<Message> active = new ArrayList<>();
  private final Queue<Message> spare = new ArrayDeque<>();
  private final Queue<Integer> waiting = new ArrayDeque<>();
  private @Nullable Message last;
  private int received;
  private int sendWindow = Http2.DEFAULT_WINDOW_BYTES;
  private boolean usesTable = true;
  private boolean tableFilled;
  private boolean tableSizeOwed;
  private boolean open = true;

  GrpcSinkConnection(Sink sink, EventLoop loop, SocketChannel channel) throws IOException {
    this.sink = sink;
    this.channel = channel;
    key = loop.register(channel, SelectionKey.OP_READ, this);
    ByteBuffer start = out.room(64);
    Http2.settings(
        start,
        Http2.SETTING_CONCURRENT_STREAMS,
        10_000,
        Http2.SETTING_INITIAL_WINDOW,
        Http2.MAX_WINDOW_BYTES);
    Http2.windowUpdate(start, Http2.MAX_WINDOW_BYTES - Http2.DEFAULT_WINDOW_BYTES);
    flush();
  }

  @Override
  public void onReady(SelectionKey ready) {
    try {
      if (ready.isReadable()) {
        ByteBuffer in = sink.in();
        int bytes = channel.read(in);
        if (bytes < 0) {
          close();
          return;
        }
        sink.counts().onWireBytes(bytes);
        frames.read(in.flip());
      }
      flush();
    } catch (IOException | RuntimeException e) {
      sink.onBroken(e);
      close();
    }
  }

  @Override
  public void flush() {
    if (!open) {
      return;
    }
    try {
      boolean all = out.flush(channel);
      key.interestOps(all ? SelectionKey.OP_READ : SelectionKey.OP_READ | SelectionKey.OP_WRITE);
    } catch (IOException _) {
      close();
    }
  }

  private @Nullable Message find(int stream) {
    Message recent = last;
    if (recent != null && recent.stream == stream) {
      return recent;
    }
    for (Message message : active) {
      if (message.stream == stream) {
        last = message;
        return message;
      }
    }
    return null;
  }

  @Override
  public void onHeaders(int stream, Http2Headers headers) {
    CharSequence path = headers.path();
    if (path == null) {
      return;
    }
    Signal signal = Message.signalOf(path);
    if (signal == null) {
      Http2.reset(out.room(16), stream, Http2.CANCEL);
      return;
    }
    Message message = spare.poll();
    if (message == null) {
      message = new Message(sink.buffers());
    }
    message.stream = stream;
    message.signal = signal;
    CharSequence encoding = headers.get("grpc-encoding");
    ContentCoding coding = ContentCoding.parse(encoding == null ? null : encoding.toString());
    message.coding = coding == null ? ContentCoding.IDENTITY : coding;
    active.add(message);
    last = message;
  }

  @Override
  public void onDataFrame(int stream, int windowBytes) {
    received += windowBytes;
    if (received >= TOP_UP_BYTES) {
      Http2.windowUpdate(out.room(16), received);
      received = 0;
    }
  }

  @Override
  public void onData(int stream, ByteBuffer in, int bytes) {
    Message message = find(stream);
    if (message == null) {
      return;
    }
    message.append(in, in.position(), bytes);
    if (message.length() >= PREFIX_BYTES && message.length() - bytes < PREFIX_BYTES) {
      message.expect(PREFIX_BYTES + ByteBuffer.wrap(message.bytes()).getInt(1));
    }
  }

  @Override
  public void onEnd(int stream) {
    Message message = find(stream);
    if (message == null) {
      return;
    }
    if (message.length() >= PREFIX_BYTES && message.bytes()[0] == 0) {
      message.coding = ContentCoding.IDENTITY;
    }
    sink.onRequest(this, stream, message, PREFIX_BYTES);
    drop(message);
  }

  private void drop(Message message) {
    active.remove(message);
    message.release();
    spare.add(message);
    if (last == message) {
      last = null;
    }
  }

  @Override
  public void onReset(int stream, int code) {
    Message message = find(stream);
    if (message != null) {
      drop(message);
    }
  }

  @Override
  public void answer(int stream, SinkMode.@Nullable Failure failure) {
    if (!open) {
      return;
    }
    if (failure != null) {
      failed(stream, failure);
    } else if (sendWindow < PREFIX_BYTES) {
      waiting.add(stream);
    } else {
      sendWindow -= PREFIX_BYTES;
      accepted(stream);
    }
  }

  /* As servers do: the first answer puts its fields into the peer's table, the others point there. */
  private void accepted(int stream) {
    ByteBuffer to = out.room(128);
    int start = to.position();
    Http2.frame(to, 0, Http2.HEADERS, Http2.END_HEADERS, stream);
    tableSize(to);
    to.put(STATUS_200);
    boolean indexed = usesTable && tableFilled;
    if (indexed) {
      to.put((byte) (0x80 | 63));
    } else {
      field(to, 31, "", "application/grpc");
    }
    length(to, start);
    Http2.frame(to, PREFIX_BYTES, Http2.DATA, 0, stream);
    to.put((byte) 0).putInt(0);
    start = to.position();
    Http2.frame(to, 0, Http2.HEADERS, Http2.END_HEADERS | Http2.END_STREAM, stream);
    if (indexed) {
      to.put((byte) (0x80 | 62));
    } else {
      field(to, 0, "grpc-status", "0");
    }
    length(to, start);
    tableFilled = true;
  }

  private void tableSize(ByteBuffer to) {
    if (tableSizeOwed) {
      to.put((byte) 0x20);
      tableSizeOwed = false;
    }
  }

  /* A literal, which goes into the table where there is one (RFC 7541, 6.2). */
  private void field(ByteBuffer to, int index, String name, String value) {
    literal(to, usesTable ? 0x40 : 0, usesTable ? 6 : 4, index, name, value);
  }

  private static void literal(
      ByteBuffer to, int pattern, int indexBits, int index, String name, String value) {
    int most = (1 << indexBits) - 1;
    if (index < most) {
      to.put((byte) (pattern | index));
    } else {
      to.put((byte) (pattern | most)).put((byte) (index - most));
    }
    if (index == 0) {
      to.put((byte) name.length()).put(name.getBytes(StandardCharsets.US_ASCII));
    }
    to.put((byte) value.length()).put(value.getBytes(StandardCharsets.US_ASCII));
  }

  private static void length(ByteBuffer to, int frameStart) {
    int bytes = to.position() - frameStart - Http2.FRAME_HEADER_BYTES;
    to.putInt(frameStart, bytes << 8 | to.get(frameStart + 3));
  }

  /* Trailers alone; never through the table, which holds the two fields of success only. */
  private void failed(int stream, SinkMode.Failure failure) {
    ByteBuffer to = out.room(512);
    int start = to.position();
    Http2.frame(to, 0, Http2.HEADERS, Http2.END_HEADERS | Http2.END_STREAM, stream);
    tableSize(to);
    to.put(STATUS_200);
    literal(to, 0, 4, 31, "", "application/grpc");
    literal(to, 0, 4, 0, "grpc-status", Integer.toString(failure.grpcStatus()));
    if (failure == SinkMode.Failure.exhausted) {
      literal(to, 0, 4, 0, "grpc-status-details-bin", RETRY_INFO);
    }
    length(to, start);
  }

  @Override
  public void onSetting(int identifier, int value) {
    if (identifier == Http2.SETTING_TABLE_SIZE && value < TABLE_BYTES && value >= 0) {
      usesTable = false;
      tableSizeOwed = true;
    }
  }

  @Override
  public void onSettingsEnd() {
    Http2.settingsAck(out.room(16));
  }

  @Override
  public void onPing(long data) {
    Http2.pingAck(out.room(32), data);
  }

  @Override
  public void onGoAway() {
    // The peer closes the connection when it has its answers.
  }

  @Override
  public void onWindowUpdate(int stream, int bytes) {
    if (stream != 0) {
      return;
    }
    sendWindow += bytes;
    while (sendWindow >= PREFIX_BYTES && !waiting.isEmpty()) {
      answer(waiting.remove(), null);
    }
  }

  @Override
  public void close() {
    if (!open) {
      return;
    }
    open = false;
    for (Message message : active) {
      message.release();
    }
    active.clear();
    try {
      channel.close();
    } catch (IOException _) {
      // It is gone either way.
    }
    sink.onClosed(this);
  }
}
