package dev.headgate.bench.load;

import dev.headgate.config.Signal;
import dev.headgate.pipeline.codec.ContentCoding;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// An HTTP/1.1 connection on which OTLP/HTTP requests arrive.
///
/// **Threading:** confined to the event loop. **Ownership:** holds a socket; [#close] closes it.
final class HttpSinkConnection implements SinkConnection, EventLoop.Ready, HttpReader.Listener {
  private static final int NOT_FOUND = 404;
  private static final byte[] OK =
      "HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n"
          .getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CONTINUE =
      "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final Sink sink;
  private final SocketChannel channel;
  private final SelectionKey key;
  private final Outbox out = new Outbox();
  private final HttpReader reader = new HttpReader(this);
  private final Message message;
  private @Nullable Signal signal;
  private boolean open = true;

  HttpSinkConnection(Sink sink, EventLoop loop, SocketChannel channel) throws IOException {
    this.sink = sink;
    this.channel = channel;
    message = new Message(sink.buffers());
    key = loop.register(channel, SelectionKey.OP_READ, this);
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
        reader.read(in.flip());
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

  @Override
  public void onHead(HttpReader.Head head) {
    signal = Message.signalOf(head.target());
    ContentCoding coding = ContentCoding.parse(head.coding());
    message.coding = coding == null ? ContentCoding.IDENTITY : coding;
    if (head.length() > 0) {
      message.expect((int) Math.min(head.length(), Integer.MAX_VALUE));
    }
    if (head.expectsContinue()) {
      out.room(CONTINUE.length).put(CONTINUE);
    }
  }

  @Override
  public void onBody(ByteBuffer in, int bytes) {
    message.append(in, in.position(), bytes);
  }

  @Override
  public void onEnd() {
    Signal known = signal;
    if (known == null) {
      status(NOT_FOUND);
    } else {
      message.signal = known;
      sink.onRequest(this, 0, message, 0);
    }
    message.release();
  }

  @Override
  public void answer(int stream, SinkMode.@Nullable Failure failure) {
    if (!open) {
      return;
    }
    if (failure == null) {
      out.room(OK.length).put(OK);
    } else {
      status(failure.httpStatus());
    }
  }

  private void status(int status) {
    byte[] answer =
        ("HTTP/1.1 "
                + status
                + " Failed\r\ncontent-type: application/x-protobuf\r\n"
                + (status == 429 || status == 503 ? "retry-after: 1\r\n" : "")
                + "content-length: 0\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    out.room(answer.length).put(answer);
  }

  @Override
  public void close() {
    if (!open) {
      return;
    }
    open = false;
    message.release();
    try {
      channel.close();
    } catch (IOException _) {
      // It is gone either way.
    }
    sink.onClosed(this);
  }
}
