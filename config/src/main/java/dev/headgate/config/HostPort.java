package dev.headgate.config;

/// An address to listen on; port 0 asks the system for a free one.
public record HostPort(String host, int port) {
  @Override
  public String toString() {
    return host.contains(":") ? "[" + host + "]:" + port : host + ":" + port;
  }
}
