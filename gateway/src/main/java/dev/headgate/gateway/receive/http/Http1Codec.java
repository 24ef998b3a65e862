package dev.headgate.gateway.receive.http;

import io.netty.channel.CombinedChannelDuplexHandler;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpStatusClass;

/// HTTP/1.1 with a strict reader; answers to HEAD have no body.
///
/// **Threading:** confined to the connection's event loop.
final class Http1Codec
    extends CombinedChannelDuplexHandler<StrictRequestDecoder, HttpResponseEncoder> {
  Http1Codec(HttpDecoderConfig config) {
    StrictRequestDecoder decoder = new StrictRequestDecoder(config);
    init(decoder, new Encoder(decoder));
  }

  private static final class Encoder extends HttpResponseEncoder {
    private final StrictRequestDecoder decoder;

    Encoder(StrictRequestDecoder decoder) {
      this.decoder = decoder;
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpResponse response) {
      boolean last = response.status().codeClass() != HttpStatusClass.INFORMATIONAL;
      return (last && HttpMethod.HEAD.equals(decoder.pollMethod()))
          || super.isContentAlwaysEmpty(response);
    }
  }
}
