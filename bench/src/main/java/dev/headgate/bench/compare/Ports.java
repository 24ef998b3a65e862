package dev.headgate.bench.compare;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/// Ports of 127.0.0.1 that were free a moment ago.
final class Ports {
  private Ports() {}

  /// So many different ones.
  static int[] free(int number) {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      int[] ports = new int[number];
      for (int i = 0; i < number; i++) {
        // All stay open until the last is there, so that none is given twice.
        ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        sockets.add(socket);
        ports[i] = socket.getLocalPort();
      }
      return ports;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      for (ServerSocket socket : sockets) {
        try {
          socket.close();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }
}
