package dev.headgate.pipeline.tls;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;

/// An authority for tests that issues certificates for `localhost` and 127.0.0.1.
public final class TestPki {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final byte[] ECDSA_SHA256 = {
    0x30, 0x0a, 0x06, 0x08, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x04, 0x03, 0x02
  };
  private static final byte[] COMMON_NAME = {0x06, 0x03, 0x55, 0x04, 0x03};
  private static final byte[] BASIC_CONSTRAINTS = {0x06, 0x03, 0x55, 0x1d, 0x13};
  private static final byte[] SUBJECT_ALT_NAME = {0x06, 0x03, 0x55, 0x1d, 0x11};
  private static final byte[] TRUE = {0x01, 0x01, (byte) 0xff};

  private final String name;
  private final KeyPair keys = keyPair();
  private final Issued own;
  private int serial = 1;

  /// A certificate with its key.
  public record Issued(X509Certificate certificate, PrivateKey key) {
    /// The certificate in PEM.
    public String certificatePem() {
      try {
        return pem("CERTIFICATE", certificate.getEncoded());
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    /// The key in PEM, as PKCS#8.
    public String keyPem() {
      return pem("PRIVATE KEY", key.getEncoded());
    }

    /// Writes `<name>.crt` and `<name>.key`, each at once.
    public Issued write(Path folder, String name) {
      replace(folder.resolve(name + ".crt"), certificatePem());
      replace(folder.resolve(name + ".key"), keyPem());
      return this;
    }
  }

  /// Founds an authority.
  public TestPki(String name) {
    this.name = name;
    Instant now = Instant.now();
    this.own =
        new Issued(
            sign(name, keys, true, now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(1))),
            keys.getPrivate());
  }

  /// The authority's own certificate.
  public Issued authority() {
    return own;
  }

  /// Issues a certificate that is valid today.
  public Issued issue(String commonName) {
    Instant now = Instant.now();
    return issue(commonName, now.minus(Duration.ofHours(1)), now.plus(Duration.ofHours(23)));
  }

  /// Issues a certificate for a time.
  public Issued issue(String commonName, Instant from, Instant to) {
    KeyPair pair = keyPair();
    return new Issued(sign(commonName, pair, false, from, to), pair.getPrivate());
  }

  private X509Certificate sign(
      String commonName, KeyPair pair, boolean authority, Instant from, Instant to) {
    try {
      byte[] body =
          der(
              0x30,
              der(0xa0, integer(2)),
              integer(serial++),
              ECDSA_SHA256,
              named(name),
              der(0x30, time(from), time(to)),
              named(commonName),
              pair.getPublic().getEncoded(),
              der(0xa3, der(0x30, authority ? authorityExtension() : namesExtension())));
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(keys.getPrivate());
      signature.update(body);
      byte[] signed = der(0x30, body, ECDSA_SHA256, der(0x03, new byte[1], signature.sign()));
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(signed));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] authorityExtension() {
    return der(0x30, BASIC_CONSTRAINTS, TRUE, der(0x04, der(0x30, TRUE)));
  }

  private static byte[] namesExtension() {
    byte[] names =
        der(
            0x30,
            der(0x82, "localhost".getBytes(StandardCharsets.US_ASCII)),
            der(0x87, new byte[] {127, 0, 0, 1}));
    return der(0x30, SUBJECT_ALT_NAME, der(0x04, names));
  }

  private static byte[] named(String commonName) {
    byte[] text = der(0x0c, commonName.getBytes(StandardCharsets.UTF_8));
    return der(0x30, der(0x31, der(0x30, COMMON_NAME, text)));
  }

  /// Times before 2050 are written as UTCTime (RFC 5280 section 4.1.2.5).
  private static byte[] time(Instant instant) {
    return der(0x17, TIME.format(instant).getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] integer(int value) {
    return der(0x02, BigInteger.valueOf(value).toByteArray());
  }

  private static byte[] der(int tag, byte[]... contents) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (byte[] content : contents) {
      body.writeBytes(content);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (body.size() >= 0x100) {
      out.write(0x82);
      out.write(body.size() >> 8);
    } else if (body.size() >= 0x80) {
      out.write(0x81);
    }
    out.write(body.size());
    out.writeBytes(body.toByteArray());
    return out.toByteArray();
  }

  private static KeyPair keyPair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static String pem(String label, byte[] der) {
    String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + lines + "\n-----END " + label + "-----\n";
  }

  /// Puts a text in place of a file as certificate managers do: under another name first.
  public static void replace(Path file, String text) {
    try {
      Path next = file.resolveSibling(file.getFileName() + ".next");
      Files.writeString(next, text);
      Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
