package dev.headgate.exporters.client;

/// A parsed `endpoint` of an OTLP/gRPC exporter: `host:port`, a gRPC target such as
/// `dns:///host:port`, or a URL whose scheme decides about TLS.
///
/// @param target what grpc-java resolves
/// @param plaintext whether TLS is off
/// @param host the host's name, for logs and labels
/// @param port the port, 0 when the target does not name one
public record GrpcEndpoint(String target, boolean plaintext, String host, int port) {
  /// Reads an endpoint.
  ///
  /// @param insecure what `tls.insecure` says; a scheme wins over it
  public static GrpcEndpoint parse(String endpoint, boolean insecure) {
    String rest = endpoint;
    boolean plaintext = insecure;
    if (rest.startsWith("http://")) {
      rest = rest.substring("http://".length());
      plaintext = true;
    } else if (rest.startsWith("https://")) {
      rest = rest.substring("https://".length());
      plaintext = false;
    }
    while (rest.endsWith("/")) {
      rest = rest.substring(0, rest.length() - 1);
    }
    String authority = rest.substring(rest.lastIndexOf('/') + 1);
    int colon = authority.lastIndexOf(':');
    boolean hasPort = colon > authority.lastIndexOf(']');
    String host = hasPort ? authority.substring(0, colon) : authority;
    int port = hasPort ? Integer.parseInt(authority.substring(colon + 1)) : 0;
    String target = rest.contains("://") || rest.contains(":///") ? rest : "dns:///" + rest;
    return new GrpcEndpoint(target, plaintext, host, port);
  }
}
