package dev.headgate.bench.load;

import dev.headgate.pipeline.codec.ContentCoding;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// An HTTP/2 connection without TLS on which OTLP/gRPC requests are sent, one being written at a
/// time and several waiting for their answers.
///
/// **Threading:** confined to the event loop. **Ownership:** holds a socket; [#close] closes it.
final class GrpcClientConnection
    implements ClientConnection, EventLoop.Ready, FrameReader.Listener {
  private static final int SMALL_BYTES = 8 << 10;
  private static final int GATHERED_BYTES = 32 << 10;
  private static final int ANSWER_BYTES = 256;
  private static final int FIRST_DYNAMIC_INDEX = 62;
  private static final int STATIC_PATH = 4;
  private static final int STATIC_AUTHORITY = 1;
  private static final int STATIC_CONTENT_TYPE = 31;
  private static final int STATIC_USER_AGENT = 58;
  private static final byte METHOD_POST = (byte) 0x83;
  private static final byte SCHEME_HTTP = (byte) 0x86;

  private final Answers answers;
  private final GeneratePlan plan;
  private final ByteBuffer in;
  private final Outbox out = new Outbox();
  private final FrameReader frames = new FrameReader(this, 0);
  private final SocketChannel channel;
  private final SelectionKey key;

  /* What is in flight, by slot; a slot with stream 0 is free. */
  private final int[] streams;
  private final long[] intended;
  private final Answers.Request[] requests;
  private final ByteBuffer[] bodies;
  private int inFlight;
  private int lastSlot;

  private @Nullable Template current;
  private int currentStream;
  private int nextPart;
  private int allowedEnd;
  private boolean abandoned;

  private int nextStream = 1;
  private int connectionWindow = Http2.DEFAULT_WINDOW_BYTES;
  private int initialWindow = Http2.DEFAULT_WINDOW_BYTES;
  private long streamWindow;
  private int maxStreams;
  private int unacknowledged;
  private byte[] firstHeaders;
  private byte[] headers;
  private boolean connected;
  private boolean settled;
  private boolean goingAway;
  private boolean open = true;

  /// Begins to connect.
  ///
  /// @param in a buffer to read into, shared by all connections of the loop
  GrpcClientConnection(EventLoop loop, GeneratePlan plan, Answers answers, ByteBuffer in)
      throws IOException {
    this.answers = answers;
    this.plan = plan;
    this.in = in;
    maxStreams = plan.inFlight();
    streams = new int[plan.inFlight()];
    intended = new long[plan.inFlight()];
    requests = new Answers.Request[plan.inFlight()];
    bodies = new ByteBuffer[plan.inFlight()];
    for (int i = 0; i < bodies.length; i++) {
      bodies[i] = ByteBuffer.allocate(ANSWER_BYTES);
    }
    firstHeaders = headers(false);
    headers = headers(true);
    ByteBuffer start = out.room(Http2.PREFACE.length + 64);
    start.put(Http2.PREFACE);
    Http2.settings(start, 2, 0, Http2.SETTING_INITIAL_WINDOW, 1 << 20);
    Http2.windowUpdate(start, Http2.MAX_WINDOW_BYTES - Http2.DEFAULT_WINDOW_BYTES);
    channel = SocketChannel.open();
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    key = loop.register(channel, SelectionKey.OP_CONNECT, this);
    channel.connect(plan.target());
  }

  /* As clients do: the first request puts its fields into the peer's table (RFC 7541, 6.2.1), the
  others point to them. */
  private byte[] headers(boolean indexed) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    block.write(METHOD_POST);
    block.write(SCHEME_HTTP);
    boolean compressed = plan.compression() != ContentCoding.IDENTITY;
    if (indexed) {
      int fields = compressed ? 7 : 6;
      for (int i = fields - 1; i >= 0; i--) {
        block.write(0x80 | FIRST_DYNAMIC_INDEX + i);
      }
      return block.toByteArray();
    }
    field(block, STATIC_PATH, "", plan.path());
    field(block, STATIC_AUTHORITY, "", plan.authority());
    field(block, STATIC_CONTENT_TYPE, "", "application/grpc");
    field(block, 0, "te", "trailers");
    field(block, 0, "grpc-timeout", "10S");
    field(block, STATIC_USER_AGENT, "", "headgate-bench");
    if (compressed) {
      field(block, 0, "grpc-encoding", plan.compression().token());
    }
    return block.toByteArray();
  }

  private static void field(ByteArrayOutputStream block, int index, String name, String value) {
    block.write(0x40 | index);
    if (index == 0) {
      block.write(name.length());
      block.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
    }
    block.write(value.length());
    block.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public boolean canSend() {
    return settled
        && !goingAway
        && open
        && current == null
        && inFlight < maxStreams
        && out.room(0).position() < GATHERED_BYTES;
  }

  @Override
  public void send(Template template, long intendedNanos, long firstNumber, long epochNanos) {
    int slot = freeSlot();
    currentStream = nextStream;
    nextStream += 2;
    streams[slot] = currentStream;
    intended[slot] = intendedNanos;
    requests[slot] = template.request;
    bodies[slot].clear();
    inFlight++;
    template.patch(currentStream, firstNumber, epochNanos);
    byte[] block = currentStream == 1 ? firstHeaders : headers;
    ByteBuffer start = out.room(Http2.FRAME_HEADER_BYTES + block.length);
    Http2.frame(start, block.length, Http2.HEADERS, Http2.END_HEADERS, currentStream);
    start.put(block);
    current = template;
    nextPart = 0;
    allowedEnd = 0;
    abandoned = false;
    streamWindow = initialWindow;
    if (template.bytes.capacity() <= SMALL_BYTES) {
      allow(template);
      if (allowedEnd == template.bytes.capacity()) {
        out.room(template.bytes.capacity()).put(template.bytes);
        written(template);
      }
    }
  }

  private int freeSlot() {
    do {
      lastSlot = lastSlot + 1 < streams.length ? lastSlot + 1 : 0;
    } while (streams[lastSlot] != 0);
    return lastSlot;
  }

  private void written(Template template) {
    current = null;
    answers.onWritten(template);
  }

  /* Takes from the windows what the next parts need. */
  private void allow(Template template) {
    while (nextPart < template.partEnds.length && !abandoned) {
      int data = template.partDataBytes[nextPart];
      if (data > connectionWindow || data > streamWindow) {
        break;
      }
      connectionWindow -= data;
      streamWindow -= data;
      allowedEnd = template.partEnds[nextPart++];
    }
  }

  @Override
  public void flush() {
    if (!connected || !open) {
      return;
    }
    try {
      key.interestOps(
          write() ? SelectionKey.OP_READ : SelectionKey.OP_READ | SelectionKey.OP_WRITE);
    } catch (IOException e) {
      close(String.valueOf(e.getMessage()));
    }
  }

  /* Returns whether the socket took all that may be sent. */
  private boolean write() throws IOException {
    Template template = current;
    if (template == null) {
      return out.flush(channel);
    }
    if (template.bytes.position() < allowedEnd
        && template.bytes.position() != partStart(template)) {
      // Within a frame: nothing else may come between.
      template.bytes.limit(allowedEnd);
      channel.write(template.bytes);
      if (template.bytes.hasRemaining()) {
        return false;
      }
    }
    allow(template);
    template.bytes.limit(Math.max(allowedEnd, template.bytes.position()));
    if (!out.flush(channel, template.bytes)) {
      return false;
    }
    if (abandoned || allowedEnd == template.bytes.capacity()) {
      written(template);
    }
    return true;
  }

  /* The position if it is the start of a part, else -1. */
  private int partStart(Template template) {
    int position = template.bytes.position();
    if (position == 0) {
      return 0;
    }
    for (int end : template.partEnds) {
      if (end >= position) {
        return end == position ? position : -1;
      }
    }
    return -1;
  }

  @Override
  public void onReady(SelectionKey ready) {
    try {
      if (!connected) {
        connected = channel.finishConnect();
      }
      if (ready.isReadable()) {
        read();
      }
      if (open) {
        flush();
      }
    } catch (IOException | RuntimeException e) {
      close(String.valueOf(e.getMessage()));
    }
  }

  private void read() throws IOException {
    in.clear();
    int bytes = channel.read(in);
    if (bytes < 0) {
      close("closed by the peer");
      return;
    }
    frames.read(in.flip());
  }

  private int slotOf(int stream) {
    for (int i = 0; i < streams.length; i++) {
      if (streams[i] == stream) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public void onDataFrame(int stream, int windowBytes) {
    unacknowledged += windowBytes;
    if (unacknowledged > 1 << 29) {
      Http2.windowUpdate(out.room(16), unacknowledged);
      unacknowledged = 0;
    }
  }

  @Override
  public void onData(int stream, ByteBuffer data, int bytes) {
    int slot = slotOf(stream);
    if (slot >= 0) {
      ByteBuffer body = bodies[slot];
      int some = Math.min(bytes, body.remaining());
      body.put(body.position(), data, data.position(), some).position(body.position() + some);
    }
  }

  @Override
  public void onHeaders(int stream, Http2Headers headers) {
    int slot = slotOf(stream);
    if (slot < 0) {
      return;
    }
    CharSequence status = headers.get("grpc-status");
    if (status != null) {
      settle(slot, status.toString(), headers);
    } else if (headers.status() != null && !"200".contentEquals(headers.status())) {
      settle(slot, "http " + headers.status(), headers);
    }
  }

  private void settle(int slot, String status, Http2Headers headers) {
    long intendedNanos = intended[slot];
    Answers.Request request = requests[slot];
    int stream = streams[slot];
    release(slot);
    if (stream == currentStream && current != null && !abandoned) {
      abandon();
    }
    if (status.equals("0")) {
      ByteBuffer body = bodies[slot].flip();
      if (body.limit() >= 5) {
        body.position(5);
      }
      answers.onAccepted(intendedNanos, request, PartialSuccess.rejectedItems(body));
    } else {
      boolean delay = headers.contains("grpc-status-details-bin");
      answers.onRefused(intendedNanos, request, retryable(status, delay), "grpc " + status);
    }
  }

  /* OTLP specification, "Failures"; RESOURCE_EXHAUSTED only with RetryInfo. */
  private static boolean retryable(String status, boolean withDetails) {
    return switch (status) {
      case "1", "4", "10", "11", "14", "15" -> true;
      case "8" -> withDetails;
      default ->
          status.startsWith("http 50") && !status.equals("http 500") || status.equals("http 429");
    };
  }

  private void release(int slot) {
    streams[slot] = 0;
    inFlight--;
  }

  /* The rest of the request that is being written is of no use any more. */
  private void abandon() {
    Template template = current;
    if (template == null) {
      return;
    }
    abandoned = true;
    // To the end of the frame that has begun; what the other frames would have taken goes back.
    while (nextPart > 0
        && template.bytes.position() <= (nextPart > 1 ? template.partEnds[nextPart - 2] : 0)) {
      nextPart--;
      connectionWindow += template.partDataBytes[nextPart];
    }
    allowedEnd = nextPart > 0 ? template.partEnds[nextPart - 1] : 0;
    if (allowedEnd < template.bytes.capacity()) {
      Http2.reset(out.room(16), currentStream, Http2.CANCEL);
    }
  }

  @Override
  public void onEnd(int stream) {
    int slot = slotOf(stream);
    if (slot >= 0) {
      fail(slot, "no grpc-status");
    }
  }

  @Override
  public void onReset(int stream, int code) {
    int slot = slotOf(stream);
    if (slot >= 0) {
      fail(slot, "reset " + code);
    }
  }

  private void fail(int slot, String status) {
    long intendedNanos = intended[slot];
    int stream = streams[slot];
    release(slot);
    if (stream == currentStream && current != null && !abandoned) {
      abandon();
    }
    answers.onRefused(intendedNanos, requests[slot], false, status);
  }

  @Override
  public void onSetting(int identifier, int value) {
    switch (identifier) {
      case Http2.SETTING_CONCURRENT_STREAMS -> {
        if (value >= 0) {
          maxStreams = Math.min(plan.inFlight(), value);
        }
      }
      case Http2.SETTING_INITIAL_WINDOW -> {
        streamWindow += value - initialWindow;
        initialWindow = value;
      }
      default -> {}
    }
  }

  @Override
  public void onSettingsEnd() {
    settled = true;
    Http2.settingsAck(out.room(16));
  }

  @Override
  public void onPing(long data) {
    Http2.pingAck(out.room(32), data);
  }

  @Override
  public void onGoAway() {
    goingAway = true;
  }

  @Override
  public void onWindowUpdate(int stream, int bytes) {
    if (stream == 0) {
      connectionWindow += bytes;
    } else if (stream == currentStream) {
      streamWindow += bytes;
    }
  }

  @Override
  public int inFlight() {
    return inFlight;
  }

  @Override
  public boolean isOpen() {
    return open && !(goingAway && inFlight == 0 && current == null);
  }

  @Override
  public void close(String why) {
    if (!open) {
      return;
    }
    open = false;
    try {
      channel.close();
    } catch (IOException _) {
      // It is gone either way.
    }
    Template template = current;
    if (template != null) {
      written(template);
    }
    for (int i = 0; i < streams.length; i++) {
      if (streams[i] != 0) {
        fail(i, why);
      }
    }
  }
}
