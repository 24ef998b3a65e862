package dev.headgate.gateway.receive.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Refuses what Netty's decoder still lets pass of the forms that two readers could understand in
/// two ways (RFC 9112 sections 2.2, 3.2, 5.2, 6.1 and 7.1.1): folded header lines, control
/// characters between the words of a request line, transfer codings other than `chunked`, a missing
/// or second `Host`, and chunks that are mostly framing.
///
/// Netty itself refuses `Content-Length` beside `Transfer-Encoding`, several or malformed lengths,
/// bare CR and LF, and malformed chunk sizes.
///
/// **Threading:** confined to the connection's event loop.
final class StrictRequestDecoder extends HttpRequestDecoder {
  /// What the framing of a chunked body may take beyond its share.
  private static final long FRAMING_BYTES = 16 << 10;

  /// How many bytes of framing a byte of content may bring: one-byte chunks have five.
  private static final long FRAMING_PER_BYTE = 8;

  private final Deque<HttpMethod> methods = new ArrayDeque<>();
  private boolean inHead = true;
  private boolean refused;
  private boolean lineBegins;
  private boolean unclear;
  private long contentBytes;
  private long framingBytes;

  StrictRequestDecoder(HttpDecoderConfig config) {
    super(config);
  }

  /// The method of the oldest request that was not asked for yet, null when there is none.
  @Nullable HttpMethod pollMethod() {
    return methods.poll();
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
    if (refused) {
      in.skipBytes(in.readableBytes());
      return;
    }
    int from = in.readerIndex();
    int known = out.size();
    boolean head = inHead;
    super.decode(ctx, in, out);
    int consumed = in.readerIndex() - from;
    if (head) {
      // A call that begins in a head ends with it at the latest.
      scanHead(in, from, in.readerIndex());
    } else {
      framingBytes += consumed;
    }
    for (int i = known; i < out.size() && !refused; i++) {
      Object message = out.get(i);
      if (message instanceof HttpRequest request) {
        onHead(request);
      }
      if (message instanceof HttpContent content) {
        onContent(content);
      }
    }
    if (refused) {
      cutBehindRefused(known, out);
    } else if (!head && framingBytes > FRAMING_BYTES + FRAMING_PER_BYTE * contentBytes) {
      refused = true;
      DefaultLastHttpContent end = new DefaultLastHttpContent();
      end.setDecoderResult(failure("chunks: mostly framing"));
      out.add(end);
    }
  }

  private void scanHead(ByteBuf in, int from, int to) {
    for (int i = from; i < to; i++) {
      byte b = in.getByte(i);
      if (b == ' ' || b == '\t') {
        unclear |= lineBegins;
      } else if (b < ' ' && b >= 0 && b != '\r' && b != '\n') {
        unclear = true;
      }
      lineBegins = b == '\n';
    }
  }

  private void onHead(HttpRequest request) {
    inHead = false;
    lineBegins = false;
    contentBytes = 0;
    framingBytes = 0;
    methods.add(request.method());
    String problem = request.decoderResult().isSuccess() ? problem(request) : null;
    if (problem != null) {
      request.setDecoderResult(failure(problem));
      refused = true;
    }
  }

  private @Nullable String problem(HttpRequest request) {
    if (unclear) {
      return "header: folded line or control character";
    }
    HttpVersion version = request.protocolVersion();
    if (version.majorVersion() != 1) {
      return "version: not HTTP/1";
    }
    int hosts = request.headers().getAll(HttpHeaderNames.HOST).size();
    if (hosts > 1 || (hosts == 0 && version.minorVersion() > 0)) {
      return "Host: missing or repeated";
    }
    List<String> codings = request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
    if (codings.size() > 1
        || (codings.size() == 1 && !codings.getFirst().equalsIgnoreCase("chunked"))) {
      return "Transfer-Encoding: unsupported (expected: chunked)";
    }
    return null;
  }

  private void onContent(HttpContent content) {
    int bytes = content.content().readableBytes();
    contentBytes += bytes;
    framingBytes -= bytes;
    if (content instanceof LastHttpContent) {
      inHead = true;
      framingBytes = 0;
    }
  }

  /// Nothing behind a refused head is HTTP any more.
  private static void cutBehindRefused(int known, List<Object> out) {
    while (out.size() > known && !(out.getLast() instanceof HttpRequest)) {
      ReferenceCountUtil.release(out.removeLast());
    }
  }

  private static DecoderResult failure(String problem) {
    return DecoderResult.failure(new IllegalArgumentException(problem));
  }
}
