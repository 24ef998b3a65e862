package dev.headgate.exporters.client;

import java.util.Locale;

/// A parsed `endpoint` of an OTLP/gRPC exporter: `host:port`, a gRPC target such as
/// `dns:///host:port`, or a URL whose scheme decides about TLS. Without a port it is 4317.
///
/// @param target what grpc-java resolves
/// @param plaintext whether TLS is off
/// @param host the host's name, an IPv6 address in brackets, for logs and labels
/// @param port the port
public record GrpcEndpoint(String target, boolean plaintext, String host, int port) {
  private static final int DEFAULT_PORT = 4317;

  /// Reads an endpoint.
  ///
  /// @param insecure what `tls.insecure` says; a scheme wins over it
  /// @throws IllegalArgumentException when it is none
  public static GrpcEndpoint parse(String endpoint, boolean insecure) {
    String text = endpoint.strip();
    int separator = text.indexOf("://");
    String scheme = separator < 0 ? "" : text.substring(0, separator).toLowerCase(Locale.ROOT);
    String rest = separator < 0 ? text : text.substring(separator + 3);
    return switch (scheme) {
      case "" -> of("dns:///", rest, insecure, endpoint);
      case "http" -> of("dns:///", rest, true, endpoint);
      case "https" -> of("dns:///", rest, false, endpoint);
      // grpc-java knows no passthrough; to let the system look the host up is the same.
      case "passthrough" -> of("dns:///", afterSlash(rest), insecure, endpoint);
      case "dns" -> {
        int slash = rest.indexOf('/');
        yield of(
            "dns://" + rest.substring(0, slash + 1), rest.substring(slash + 1), insecure, endpoint);
      }
      default -> throw invalid(endpoint);
    };
  }

  private static String afterSlash(String rest) {
    return rest.substring(rest.indexOf('/') + 1);
  }

  private static GrpcEndpoint of(String prefix, String rest, boolean plaintext, String endpoint) {
    int slash = rest.indexOf('/');
    String authority = slash < 0 ? rest : rest.substring(0, slash);
    int colon = authority.lastIndexOf(':');
    boolean hasPort = colon > authority.lastIndexOf(']');
    if (hasPort && authority.indexOf(':') != colon && !authority.startsWith("[")) {
      // A bare IPv6 address.
      authority = "[" + authority + "]";
      hasPort = false;
    }
    String host = hasPort ? authority.substring(0, colon) : authority;
    int port = hasPort ? port(authority.substring(colon + 1), endpoint) : DEFAULT_PORT;
    if (host.isEmpty()) {
      throw invalid(endpoint);
    }
    String target = (prefix.equals("dns://") ? "dns:///" : prefix) + host + ":" + port;
    return new GrpcEndpoint(target, plaintext, host, port);
  }

  private static int port(String digits, String endpoint) {
    try {
      int port = Integer.parseInt(digits);
      if (port > 0 && port <= 65_535) {
        return port;
      }
    } catch (NumberFormatException _) {
      // Refused below.
    }
    throw invalid(endpoint);
  }

  private static IllegalArgumentException invalid(String endpoint) {
    return new IllegalArgumentException(
        "endpoint: "
            + endpoint
            + " (expected: host:port, optionally behind http://, https://, dns:/// or"
            + " passthrough:///)");
  }
}
