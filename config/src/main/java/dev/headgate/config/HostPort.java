package dev.headgate.config;

/// An address to listen on; port 0 asks the system for a free one.
///
/// @param host a name or an address, an IPv6 address without brackets
public record HostPort(String host, int port) {
  /// Checks both parts.
  public HostPort {
    Require.notEmpty("host", host);
    Require.inRange("port", port, 0, 65_535);
  }

  @Override
  public String toString() {
    return host.contains(":") ? "[" + host + "]:" + port : host + ":" + port;
  }
}
