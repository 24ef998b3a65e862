package dev.headgate.bench.load;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/// An HTTP/1.1 connection without TLS on which OTLP/HTTP requests are sent one by one.
///
/// **Threading:** confined to the event loop. **Ownership:** holds a socket; [#close] closes it.
final class HttpClientConnection implements ClientConnection, EventLoop.Ready, HttpReader.Listener {
  private static final int ANSWER_BYTES = 256;

  private final Answers answers;
  private final ByteBuffer in;
  private final SocketChannel channel;
  private final SelectionKey key;
  private final HttpReader reader = new HttpReader(this);
  private final ByteBuffer body = ByteBuffer.allocate(ANSWER_BYTES);
  private Answers.@Nullable Request request;
  private @Nullable Template current;
  private long intendedNanos;
  private int status;
  private boolean closing;
  private boolean connected;
  private boolean open = true;

  /// Begins to connect.
  ///
  /// @param in a buffer to read into, shared by all connections of the loop
  HttpClientConnection(EventLoop loop, GeneratePlan plan, Answers answers, ByteBuffer in)
      throws IOException {
    this.answers = answers;
    this.in = in;
    channel = SocketChannel.open();
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    key = loop.register(channel, SelectionKey.OP_CONNECT, this);
    channel.connect(plan.target());
  }

  @Override
  public boolean canSend() {
    return open && connected && request == null && current == null && !closing;
  }

  @Override
  public void send(Template template, long intendedNanos, long firstNumber, long epochNanos) {
    template.patch(0, firstNumber, epochNanos);
    current = template;
    request = template.request;
    this.intendedNanos = intendedNanos;
  }

  @Override
  public void flush() {
    if (!connected || !open) {
      return;
    }
    try {
      Template template = current;
      if (template != null) {
        channel.write(template.bytes);
        if (!template.bytes.hasRemaining()) {
          current = null;
          answers.onWritten(template);
        }
      }
      key.interestOps(
          current == null ? SelectionKey.OP_READ : SelectionKey.OP_READ | SelectionKey.OP_WRITE);
    } catch (IOException e) {
      close(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void onReady(SelectionKey ready) {
    try {
      if (!connected) {
        connected = channel.finishConnect();
      }
      if (ready.isReadable()) {
        in.clear();
        int bytes = channel.read(in);
        if (bytes < 0) {
          close("closed by the peer");
          return;
        }
        reader.read(in.flip());
      }
      flush();
    } catch (IOException | RuntimeException e) {
      close(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void onHead(HttpReader.Head head) {
    status = head.status();
    closing |= head.closes();
    body.clear();
  }

  @Override
  public void onBody(ByteBuffer data, int bytes) {
    int some = Math.min(bytes, body.remaining());
    body.put(body.position(), data, data.position(), some).position(body.position() + some);
  }

  @Override
  public void onEnd() {
    Answers.Request answered = request;
    if (answered == null) {
      return;
    }
    request = null;
    if (current != null) {
      // Answered before it was sent: the rest would be taken for another request.
      closing = true;
    }
    if (status == 200) {
      answers.onAccepted(intendedNanos, answered, PartialSuccess.rejectedItems(body.flip()));
    } else {
      boolean retryable = status == 429 || status >= 502 && status <= 504;
      answers.onRefused(intendedNanos, answered, retryable, "http " + status);
    }
    if (closing) {
      close("closing");
    }
  }

  @Override
  public int inFlight() {
    return request == null ? 0 : 1;
  }

  @Override
  public boolean isOpen() {
    return open;
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
      current = null;
      answers.onWritten(template);
    }
    Answers.Request lost = request;
    if (lost != null) {
      request = null;
      answers.onRefused(intendedNanos, lost, false, why);
    }
  }
}
