package dev.headgate.exporters.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headgate.config.BearerTokenAuthConfig;
import dev.headgate.config.Compression;
import dev.headgate.config.PemSource;
import dev.headgate.config.TlsClientConfig;
import dev.headgate.config.TlsIdentityConfig;
import dev.headgate.config.TlsProtocols;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whatever becomes of a client, its files are not watched any longer than it lives.
class ClientFilesTest {
  private final ExportLoops loops = new ExportLoops(1);
  @TempDir private Path folder;
  private PemSource certificate = missing();
  private PemSource key = missing();

  @BeforeEach
  void find_certificates() throws Exception {
    certificate = pem("localhost.crt");
    key = pem("localhost.key");
  }

  @AfterEach
  void nothing_is_watched_any_more() {
    assertThat(loops.files().size()).isZero();
    loops.close();
  }

  private static PemSource pem(String name) throws Exception {
    return new PemSource.InFile(Path.of(ClientFilesTest.class.getResource(name).toURI()));
  }

  private static PemSource missing() {
    return new PemSource.InFile(Path.of("no such file"));
  }

  private TlsClientConfig tls(PemSource shown, @Nullable String serverName) {
    TlsIdentityConfig identity = new TlsIdentityConfig(shown, key, Duration.ZERO);
    return new TlsClientConfig(
        false, false, certificate, false, identity, serverName, TlsProtocols.DEFAULT);
  }

  private HttpClient http(TlsClientConfig tls) throws IOException {
    return new HttpClient(URI.create("https://localhost:1"), tls, loops);
  }

  private GrpcClient grpc(TlsClientConfig tls, Compression compression) throws IOException {
    Path token = Files.writeString(folder.resolve("token"), "t");
    return new GrpcClient(
        new GrpcClient.Settings(
            GrpcEndpoint.parse("https://localhost:1", false),
            tls,
            compression,
            Map.of(),
            new BearerTokenAuthConfig("authorization", "Bearer", List.of(), token)),
        loops);
  }

  @Test
  void a_client_watches_until_it_is_closed() throws Exception {
    TlsClientConfig tls = tls(certificate, null);
    try (HttpClient _ = http(tls)) {
      assertThat(loops.files().size()).isEqualTo(2);
    }
    assertThat(loops.files().size()).isZero();
    try (GrpcClient _ = grpc(tls, Compression.NONE)) {
      assertThat(loops.files().size()).isEqualTo(3);
    }
  }

  @Test
  void a_client_without_its_certificate_watches_nothing() {
    TlsClientConfig tls = tls(missing(), null);
    assertThatThrownBy(() -> http(tls)).isInstanceOf(IOException.class);
    assertThat(loops.files().size()).isZero();
    assertThatThrownBy(() -> grpc(tls, Compression.NONE)).isInstanceOf(IOException.class);
  }

  @Test
  void a_client_that_cannot_be_built_watches_nothing() {
    TlsClientConfig tls = tls(certificate, "no@name");
    assertThatThrownBy(() -> grpc(tls, Compression.NONE)).hasMessageContaining("no@name");
    assertThat(loops.files().size()).isZero();
    assertThatThrownBy(() -> grpc(tls(certificate, null), Compression.DEFLATE))
        .hasMessageContaining("deflate");
  }
}
