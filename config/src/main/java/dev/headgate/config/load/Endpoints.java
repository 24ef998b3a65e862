package dev.headgate.config.load;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;

/// Where exporters send to.
final class Endpoints {
  private static final Set<String> GRPC_SCHEMES = Set.of("http", "https", "dns", "passthrough");

  /// The target of an OTLP/gRPC exporter, as written.
  static final ScalarType<String> GRPC =
      ScalarType.of(
          "host:port",
          "host:port, optionally behind http://, https://, dns:/// or passthrough:///",
          (text, _) -> parseGrpc(text));

  /// A URL of an OTLP/HTTP exporter.
  static final ScalarType<URI> URL =
      ScalarType.of("URL", "a URL such as http://loki:3100/otlp", (text, _) -> parseUrl(text));

  private Endpoints() {}

  private static String parseGrpc(String text) throws BadValueException {
    String target = text.strip();
    int separator = target.indexOf("://");
    String address = target;
    if (separator >= 0) {
      String scheme = target.substring(0, separator);
      if (!GRPC_SCHEMES.contains(scheme)) {
        throw new BadValueException("has a scheme that is not supported");
      }
      address = target.substring(separator + 3);
      // dns:///host and dns://authority/host
      if (scheme.equals("dns") || scheme.equals("passthrough")) {
        address = address.substring(address.indexOf('/') + 1);
      } else if (address.endsWith("/")) {
        address = address.substring(0, address.length() - 1);
      }
    }
    if (address.startsWith(":")) {
      throw new BadValueException("has no host");
    }
    if (Types.parseHostPort(address).port() == 0) {
      throw new BadValueException("has port 0");
    }
    return target;
  }

  private static URI parseUrl(String text) throws BadValueException {
    URI url;
    try {
      url = new URI(text.strip());
    } catch (URISyntaxException _) {
      throw new BadValueException("is not a URL");
    }
    String scheme = url.getScheme();
    if (scheme == null || url.isOpaque()) {
      throw new BadValueException("has no scheme");
    }
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw new BadValueException("is not a URL of HTTP");
    }
    if (url.getRawUserInfo() != null) {
      throw new BadValueException("holds credentials", "a URL without them, and headers");
    }
    // Java knows no host with an underscore, and would fail only when the URL is used.
    if (url.getHost() == null && String.valueOf(url.getRawAuthority()).contains("_")) {
      throw new BadValueException(
          "has a host with an underscore", "a host of letters, digits, hyphens and dots");
    }
    if (url.getHost() == null || url.getPort() == 0 || url.getPort() > 65_535) {
      throw new BadValueException("has no usable host and port");
    }
    if (url.getRawFragment() != null) {
      throw new BadValueException("has a fragment");
    }
    return url;
  }

  /// Appends `/v1/<signal>` to a base URL.
  static URI append(URI base, String path) {
    String text = base.toString();
    return URI.create((text.endsWith("/") ? text.substring(0, text.length() - 1) : text) + path);
  }
}
