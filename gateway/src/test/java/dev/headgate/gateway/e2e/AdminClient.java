package dev.headgate.gateway.e2e;

import dev.headgate.gateway.Gateway;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.function.IntSupplier;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/// A client of the administration that sends whatever headers it is told.
final class AdminClient {
  private final OkHttpClient client = new OkHttpClient();
  private final IntSupplier port;

  record Answer(int status, Map<String, String> headers, String body) {}

  AdminClient(GatewayHarness harness) {
    Gateway gateway = harness.gateway();
    this.port = () -> gateway.adminPorts().getFirst();
  }

  /// Of a gateway that is not there yet.
  AdminClient(int port) {
    this.port = () -> port;
  }

  Answer get(String path, String... headers) {
    return send("GET", path, headers);
  }

  Answer post(String path, String... headers) {
    return send("POST", path, headers);
  }

  /// @param headers names and values in turn
  Answer send(String method, String path, String... headers) {
    Request.Builder request =
        new Request.Builder()
            .url("http://127.0.0.1:" + port.getAsInt() + path)
            .method(method, method.equals("POST") ? RequestBody.EMPTY : null);
    for (int i = 0; i < headers.length; i += 2) {
      request.addHeader(headers[i], headers[i + 1]);
    }
    try (Response response = client.newCall(request.build()).execute()) {
      Map<String, String> received = new java.util.HashMap<>();
      response
          .headers()
          .forEach(pair ->
              received.put(pair.getFirst().toLowerCase(java.util.Locale.ROOT), pair.getSecond()));
      return new Answer(response.code(), received, response.body().string());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The header of a token.
  static String[] bearer(String token) {
    return new String[] {"Authorization", "Bearer " + token};
  }
}
