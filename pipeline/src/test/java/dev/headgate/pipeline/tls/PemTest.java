package dev.headgate.pipeline.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PemTest {
  /// Made by `openssl ecparam -name prime256v1 -genkey -noout`.
  private static final String SEC1 =
      """
      -----BEGIN EC PRIVATE KEY-----
      MHcCAQEEIO+AmS3bx8iS1ox00WV4Aj/mjoxplk744TCRZrW8bQmOoAoGCCqGSM49
      AwEHoUQDQgAE8azowOrcNfCoo3bdgLA8Jy84g/Q1OxICwjFZz3S3AnAY/ah5Ajy+
      JQ7fjyGOgg3DxM/4WuUVecY/PKHLkohXoQ==
      -----END EC PRIVATE KEY-----
      """;

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "EC", "Ed25519"})
  void reads_keys_in_pkcs8(String algorithm) throws Exception {
    PrivateKey key = KeyPairGenerator.getInstance(algorithm).generateKeyPair().getPrivate();
    String pem = TestPki.pem("PRIVATE KEY", key.getEncoded());
    assertThat(Pem.privateKey(bytes("Bag Attributes\n" + pem), "k")).isEqualTo(key);
  }

  /// The key inside PKCS#8 is the key in PKCS#1: it ends with it, behind 26 bytes.
  @ParameterizedTest
  @ValueSource(ints = {1024, 2048, 4096})
  void reads_rsa_keys_in_pkcs1(int bits) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(bits);
    PrivateKey key = generator.generateKeyPair().getPrivate();
    byte[] pkcs8 = key.getEncoded();
    byte[] pkcs1 = Arrays.copyOfRange(pkcs8, 26, pkcs8.length);
    assertThat(Pem.privateKey(bytes(TestPki.pem("RSA PRIVATE KEY", pkcs1)), "k")).isEqualTo(key);
  }

  @Test
  void reads_ec_keys_in_sec1_behind_their_parameters() throws IOException {
    String parameters =
        "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
    assertThat(Pem.privateKey(bytes(parameters + SEC1), "k").getAlgorithm()).isEqualTo("EC");
  }

  @Test
  void reads_a_chain_and_ignores_what_is_no_certificate() throws IOException {
    TestPki pki = new TestPki("authority");
    TestPki.Issued issued = pki.issue("server");
    String chain =
        issued.keyPem() + issued.certificatePem() + pki.authority().certificatePem() + "\n";
    assertThat(Pem.certificates(bytes(chain), "c"))
        .isEqualTo(List.of(issued.certificate(), pki.authority().certificate()));
  }

  @Test
  void refuses_what_holds_nothing_usable() {
    assertThatThrownBy(() -> Pem.certificates(bytes("hello"), "tls: c.crt"))
        .hasMessage("tls: c.crt: no certificate (expected: X.509 in PEM)");
    assertThatThrownBy(() -> Pem.privateKey(bytes("hello"), "tls: k"))
        .hasMessageContaining("tls: k: no private key");
    String torn = "-----BEGIN PRIVATE KEY-----\nAAAA\n";
    assertThatThrownBy(() -> Pem.privateKey(bytes(torn), "k")).hasMessageContaining("cut off");
    String encrypted = TestPki.pem("ENCRYPTED PRIVATE KEY", new byte[9]);
    assertThatThrownBy(() -> Pem.privateKey(bytes(encrypted), "k"))
        .hasMessageContaining("without a password");
    String garbage = TestPki.pem("EC PRIVATE KEY", new byte[] {0x30, (byte) 0x84, 127, 1, 1, 1});
    assertThatThrownBy(() -> Pem.privateKey(bytes(garbage), "k")).isInstanceOf(IOException.class);
    String noCertificate = TestPki.pem("CERTIFICATE", new byte[] {1, 2, 3});
    assertThatThrownBy(() -> Pem.certificates(bytes(noCertificate), "c"))
        .hasMessageContaining("not a certificate");
  }
}
