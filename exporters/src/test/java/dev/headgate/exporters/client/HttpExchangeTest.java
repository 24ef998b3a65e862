package dev.headgate.exporters.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.headgate.config.TlsClientConfig;
import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.memory.SpareBytes;
import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelOutputShutdownException;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What an answer means while the socket has not taken all of a request that was given to it whole.
class HttpExchangeTest {
  private static final int BODY_BYTES = 200_000;
  private static final int PIECES = 4;

  private final ExportLoops loops = new ExportLoops(1);
  private final IdleConnections idle = new IdleConnections();
  private final FullSocket socket = new FullSocket();
  private final HttpExchange exchange = new HttpExchange("backend", idle, false);
  private final EmbeddedChannel channel = new EmbeddedChannel(socket, exchange);
  private final List<HttpReply> replies = new ArrayList<>();
  private final Bytes body = SpareBytes.of(new byte[BODY_BYTES]);

  @BeforeEach
  void begin() throws IOException {
    exchange.begin(attempt(channel, replies));
    assertThat(socket.waiting).as("head, body and end").hasSize(1 + PIECES + 1);
  }

  @AfterEach
  void close() {
    socket.fails();
    channel.finishAndReleaseAll();
    loops.close();
  }

  @Test
  void a_success_is_not_believed() {
    socket.takes(PIECES);
    answer(HttpResponseStatus.OK);

    assertThat(replies)
        .containsExactly(
            new HttpReply.NoAnswer("connection", "answered before the request", false));
    assertThat(channel.isActive()).isFalse();
  }

  @Test
  void a_success_behind_a_failed_write_is_not_believed() {
    socket.takes(PIECES);
    socket.fails();
    answer(HttpResponseStatus.OK);

    assertThat(replies)
        .containsExactly(
            new HttpReply.NoAnswer("connection", "answered before the request", false));
  }

  @Test
  void an_error_is_the_answer_and_the_connection_is_not_kept() {
    socket.takes(PIECES);
    answer(HttpResponseStatus.SERVICE_UNAVAILABLE);

    assertThat(replies).singleElement().isInstanceOf(HttpReply.Answer.class);
    assertThat(channel.isActive()).isFalse();
    assertThat(idle.size()).isZero();
  }

  @Test
  void a_break_behind_the_head_is_one_of_a_large_write() {
    socket.takes(1);
    channel.close();

    assertThat(replies)
        .containsExactly(new HttpReply.NoAnswer("connection", "connection closed", true));
  }

  @Test
  void a_break_before_the_head_is_none() {
    channel.close();

    assertThat(replies)
        .containsExactly(new HttpReply.NoAnswer("connection", "connection closed", false));
  }

  @Test
  void a_break_behind_the_body_is_none() {
    socket.takes(1 + PIECES);
    channel.close();

    assertThat(replies)
        .containsExactly(new HttpReply.NoAnswer("connection", "connection closed", false));
  }

  @Test
  void all_is_well_once_the_socket_has_taken_the_body() {
    socket.takes(1 + PIECES);
    answer(HttpResponseStatus.OK);

    assertThat(replies).singleElement().isInstanceOf(HttpReply.Answer.class);
    assertThat(channel.isActive()).isTrue();
    assertThat(idle.size()).isOne();
  }

  @Test
  void a_body_is_held_while_a_piece_of_it_waits_and_no_longer() {
    body.release(); // by who sends it, when the attempt has ended
    body.retain().release();

    socket.fails();
    assertThatIllegalStateException().isThrownBy(body::retain);
  }

  @Test
  void a_write_that_finds_no_memory_ends_the_attempt() {
    socket.takes(1);
    socket.fails(new ChannelOutputShutdownException("closed", new OutOfMemoryError("native")));

    assertThat(replies)
        .containsExactly(new HttpReply.NoAnswer("memory", "no memory outside the heap", false));
    assertThat(channel.isActive()).isFalse();
  }

  @Test
  void a_piece_that_finds_no_direct_memory_ends_the_attempt() throws IOException {
    endsForWantOfMemory(new HttpExchange("backend", idle, true));
  }

  @Test
  void a_head_that_finds_no_direct_memory_ends_the_attempt() throws IOException {
    endsForWantOfMemory(new HttpClientCodec(), new HttpExchange("backend", idle, false));
  }

  private void endsForWantOfMemory(ChannelHandler... handlers) throws IOException {
    EmbeddedChannel poor = new EmbeddedChannel();
    poor.config().setAllocator(new NoDirectMemory());
    poor.pipeline().addLast(handlers);
    List<HttpReply> ends = new ArrayList<>();

    poor.pipeline().get(HttpExchange.class).begin(attempt(poor, ends));

    assertThat(ends)
        .containsExactly(new HttpReply.NoAnswer("memory", "no memory outside the heap", false));
    assertThat(poor.isActive()).isFalse();
    poor.finishAndReleaseAll();
  }

  private HttpAttempt attempt(EmbeddedChannel channel, List<HttpReply> replies) throws IOException {
    HttpClient client = new HttpClient(URI.create("http://backend"), TlsClientConfig.PLAIN, loops);
    HttpClient.Call call = new HttpClient.Call("/", Map.of(), List.of(body), Duration.ZERO);
    return new HttpAttempt(client, call, replies::add, channel.eventLoop());
  }

  private void answer(HttpResponseStatus status) {
    DefaultFullHttpResponse response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.EMPTY_BUFFER);
    response.headers().set(HttpHeaderNames.CONTENT_LENGTH, 0);
    channel.writeInbound(response);
    channel.runPendingTasks();
  }

  /** Has room on the heap alone. */
  private static final class NoDirectMemory extends AbstractByteBufAllocator {
    NoDirectMemory() {
      super(true);
    }

    @Override
    protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
      return UnpooledByteBufAllocator.DEFAULT.heapBuffer(initialCapacity, maxCapacity);
    }

    @Override
    protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
      throw new OutOfMemoryError("Cannot reserve direct buffer memory");
    }

    @Override
    public boolean isDirectBufferPooled() {
      return false;
    }
  }

  /** Takes what is written when it is told to. */
  private static final class FullSocket extends ChannelOutboundHandlerAdapter {
    private final Queue<Write> waiting = new ArrayDeque<>();

    private record Write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {}

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
      waiting.add(new Write(ctx, message, promise));
    }

    /* As a channel does: what was not written fails before the end is told. */
    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
      fails();
      ctx.close(promise);
    }

    void fails() {
      fails(new ClosedChannelException());
    }

    void fails(Exception cause) {
      while (!waiting.isEmpty()) {
        Write write = waiting.remove();
        ReferenceCountUtil.release(write.message);
        write.promise.tryFailure(cause);
      }
    }

    void takes(int writes) {
      for (int i = 0; i < writes; i++) {
        Write write = waiting.remove();
        write.ctx.writeAndFlush(write.message, write.promise);
      }
    }
  }
}
