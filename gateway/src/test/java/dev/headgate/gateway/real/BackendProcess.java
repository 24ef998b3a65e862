package dev.headgate.gateway.real;

import static org.junit.jupiter.api.Assumptions.abort;

import dev.headgate.gateway.readback.HttpCalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A backend as a program of this machine, on loopback. Of the file of `deploy/` only ports,
/// addresses and folders are others.
///
/// **Threading:** confined to the test's thread.
///
/// **Ownership:** owns the process.
final class BackendProcess implements RealBackend {
  private static final Path DEPLOY = Path.of("").toAbsolutePath().getParent().resolve("deploy");

  private final Process process;
  private final URI api;
  private final String endpoint;

  private BackendProcess(Process process, URI api, String endpoint) {
    this.process = process;
    this.api = api;
    this.endpoint = endpoint;
  }

  /// Starts one with an empty folder; see [BackendContract#backend].
  static BackendProcess start(Product product, boolean tenants, Path folder) throws IOException {
    String program = System.getenv(product.programVariable());
    if (program == null) {
      abort(product.programVariable() + ": not set (expected: the path of a program)");
    }
    int apiPort = freePort();
    int otlpPort = freePort();
    Path file = folder.resolve("config.yaml");
    String shipped = Files.readString(DEPLOY.resolve(product.file()));
    Files.writeString(file, edited(product, shipped, apiPort, otlpPort, folder));
    List<String> command = new ArrayList<>(List.of(program, "-config.file=" + file));
    if (tenants) {
      command.add(product.tenantsOption());
    }
    Path log = folder.resolve("log");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    URI api = URI.create("http://127.0.0.1:" + apiPort);
    String endpoint = product == Product.TEMPO ? "127.0.0.1:" + otlpPort : api + "/otlp";
    BackendProcess made = new BackendProcess(process, api, endpoint);
    boolean ready = false;
    try {
      made.awaitReady(log);
      ready = true;
    } finally {
      if (!ready) {
        made.close();
      }
    }
    return made;
  }

  private static String edited(
      Product product, String shipped, int apiPort, int otlpPort, Path folder) throws IOException {
    String text = common(shipped, apiPort, folder);
    return switch (product) {
      case TEMPO -> replace(text, "0\\.0\\.0\\.0:4317", "127.0.0.1:" + otlpPort);
      case LOKI -> text;
      case MIMIR ->
          replace(text, "memberlist: \\{", "memberlist: {bind_port: " + freePort() + ", ");
    };
  }

  /// What all three files have: a port for all to see, one for itself, a folder.
  private static String common(String yaml, int apiPort, Path folder) throws IOException {
    String text =
        replace(
            yaml,
            "http_listen_port: \\d+",
            "http_listen_address: 127.0.0.1\n  http_listen_port: " + apiPort);
    Matcher own = Pattern.compile("grpc_listen_port: (\\d+)").matcher(text);
    if (!own.find()) {
      throw new IllegalStateException("no grpc_listen_port in the file");
    }
    text = replace(text, "\\b" + own.group(1) + "\\b", Integer.toString(freePort()));
    return replace(text, "(?<=: )/(var/tempo|loki|data)(?=[/}\\n])", folder + "/data");
  }

  /// Something that is not there would stay as it is, unnoticed.
  private static String replace(String text, String pattern, String replacement) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    if (!matcher.find()) {
      throw new IllegalStateException("no " + pattern + " in the file");
    }
    return matcher.replaceAll(Matcher.quoteReplacement(replacement));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void awaitReady(Path log) {
    URI ready = HttpCalls.below(api, "/ready", Map.of());
    HttpCalls calls = HttpCalls.ofTenant(Duration.ofSeconds(2), "");
    try {
      BackendContract.eventually(() -> {
        if (process.isAlive() && calls.get(ready, "text/plain").status() != 200) {
          throw new AssertionError("not ready");
        }
      });
      if (!process.isAlive()) {
        throw new IllegalStateException("did not start: " + Files.readString(log));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public URI api() {
    return api;
  }

  @Override
  public String endpoint() {
    return endpoint;
  }

  @Override
  public void pause() {
    signal("STOP");
  }

  @Override
  public void resume() {
    signal("CONT");
  }

  private void signal(String name) {
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// By force: a Tempo that was asked something does not end on SIGTERM.
  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
