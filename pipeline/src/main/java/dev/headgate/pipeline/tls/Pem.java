package dev.headgate.pipeline.tls;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// Reads certificates and private keys from PEM (RFC 7468): keys as PKCS#8, and as the PKCS#1 and
/// SEC 1 that OpenSSL and certificate managers write.
final class Pem {
  private static final String BEGIN = "-----BEGIN ";
  private static final String DASHES = "-----";

  /// `rsaEncryption` and `id-ecPublicKey` as DER object identifiers.
  private static final byte[] RSA_OID = {
    0x06, 0x09, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 0x01, 0x01, 0x01
  };

  private static final byte[] EC_OID = {
    0x06, 0x07, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x02, 0x01
  };

  private static final byte[] DER_NULL = {0x05, 0x00};
  private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};
  private static final int SEQUENCE = 0x30;
  private static final int OCTET_STRING = 0x04;
  private static final int EC_PARAMETERS = 0xa0;

  private static final List<String> PKCS8_ALGORITHMS = List.of("RSA", "EC", "EdDSA");

  private record Block(String label, byte[] der) {}

  private Pem() {}

  /// All certificates of a text, at least one.
  ///
  /// @param what where the text is from, for errors
  static List<X509Certificate> certificates(byte[] pem, String what) throws IOException {
    List<X509Certificate> certificates = new ArrayList<>();
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      for (Block block : blocks(pem, what)) {
        if (block.label().equals("CERTIFICATE")) {
          certificates.add(
              (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block.der())));
        }
      }
    } catch (CertificateException e) {
      throw new IOException(what + ": not a certificate (expected: X.509 in PEM)", e);
    }
    if (certificates.isEmpty()) {
      throw new IOException(what + ": no certificate (expected: X.509 in PEM)");
    }
    return certificates;
  }

  /// The first private key of a text.
  static PrivateKey privateKey(byte[] pem, String what) throws IOException {
    for (Block block : blocks(pem, what)) {
      switch (block.label()) {
        case "PRIVATE KEY" -> {
          return pkcs8(block.der(), what);
        }
        case "RSA PRIVATE KEY" -> {
          return pkcs8(wrapped(RSA_OID, DER_NULL, block.der()), what);
        }
        case "EC PRIVATE KEY" -> {
          return pkcs8(wrapped(EC_OID, curve(block.der(), what), block.der()), what);
        }
        case "ENCRYPTED PRIVATE KEY" ->
            throw new IOException(what + ": encrypted (expected: a key without a password)");
        default -> {}
      }
    }
    throw new IOException(what + ": no private key (expected: PKCS#8, RSA or EC in PEM)");
  }

  private static PrivateKey pkcs8(byte[] der, String what) throws IOException {
    PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(der);
    for (String algorithm : PKCS8_ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(spec);
      } catch (GeneralSecurityException _) {
        // Not of this algorithm.
      }
    }
    throw new IOException(what + ": not a key that is known (expected: RSA, EC or Ed25519)");
  }

  private static List<Block> blocks(byte[] pem, String what) throws IOException {
    String text = new String(pem, StandardCharsets.ISO_8859_1);
    List<Block> blocks = new ArrayList<>();
    int at = text.indexOf(BEGIN);
    while (at >= 0) {
      int labelEnd = text.indexOf(DASHES, at + BEGIN.length());
      String label = labelEnd < 0 ? "" : text.substring(at + BEGIN.length(), labelEnd);
      int end = labelEnd < 0 ? -1 : text.indexOf("-----END " + label + DASHES, labelEnd);
      if (end < 0) {
        throw new IOException(what + ": cut off (expected: PEM with an END line)");
      }
      String body = text.substring(labelEnd + DASHES.length(), end);
      if (body.contains("DEK-Info:")) {
        throw new IOException(what + ": encrypted (expected: a key without a password)");
      }
      try {
        blocks.add(new Block(label, Base64.getMimeDecoder().decode(body)));
      } catch (IllegalArgumentException e) {
        throw new IOException(what + ": not base64 (expected: PEM)", e);
      }
      at = text.indexOf(BEGIN, end);
    }
    return blocks;
  }

  /// `PrivateKeyInfo` (RFC 5208) around a key of another form.
  private static byte[] wrapped(byte[] algorithm, byte[] parameters, byte[] key) {
    return der(SEQUENCE, VERSION_0, der(SEQUENCE, algorithm, parameters), der(OCTET_STRING, key));
  }

  private static byte[] der(int tag, byte[]... contents) {
    int length = 0;
    for (byte[] content : contents) {
      length += content.length;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(length + 5);
    out.write(tag);
    if (length < 0x80) {
      out.write(length);
    } else {
      out.write(0x83);
      out.write(length >> 16);
      out.write(length >> 8);
      out.write(length);
    }
    for (byte[] content : contents) {
      out.writeBytes(content);
    }
    return out.toByteArray();
  }

  /// The curve of `ECPrivateKey` (RFC 5915): version, key, then `[0] parameters`.
  private static byte[] curve(byte[] key, String what) throws IOException {
    try {
      int at = start(key, 0);
      at = next(key, at);
      at = next(key, at);
      if ((key[at] & 0xff) == EC_PARAMETERS) {
        return java.util.Arrays.copyOfRange(key, start(key, at), next(key, at));
      }
    } catch (IndexOutOfBoundsException _) {
      // Reported below.
    }
    throw new IOException(what + ": an EC key without its curve (expected: PKCS#8)");
  }

  /// Where the contents of the element at an offset begin.
  private static int start(byte[] der, int at) {
    int length = der[at + 1] & 0xff;
    return at + 2 + (length < 0x80 ? 0 : length & 0x7f);
  }

  /// Where the element behind the one at an offset begins.
  private static int next(byte[] der, int at) {
    int start = start(der, at);
    int length = der[at + 1] & 0xff;
    if (length >= 0x80) {
      length = 0;
      for (int i = at + 2; i < start; i++) {
        length = (length << 8) | (der[i] & 0xff);
      }
    }
    int next = start + length;
    if (length < 0 || next > der.length) {
      throw new IndexOutOfBoundsException("element: beyond the end");
    }
    return next;
  }
}
