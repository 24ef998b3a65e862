package dev.headgate.pipeline.tls;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/// Shows the current certificate in every new handshake. As in Go, it is shown whatever authorities
/// the other side names: that side decides.
///
/// **Threading:** any thread.
final class Identity extends X509ExtendedKeyManager {
  /// A certificate with its key, under a name that no other has had: a handshake asks in several
  /// steps, and must not be given the certificate of one and the key of another.
  private record Version(String alias, X509Certificate[] chain, PrivateKey key) {}

  private volatile @Nullable Version current;
  private volatile @Nullable Version previous;
  private int versions;

  /// Shows another certificate from now on.
  synchronized void use(List<X509Certificate> chain, PrivateKey key, String what)
      throws IOException {
    requirePair(chain.getFirst().getPublicKey(), key, what);
    previous = current;
    current = new Version("version-" + versions++, chain.toArray(X509Certificate[]::new), key);
  }

  private static void requirePair(PublicKey certified, PrivateKey key, String what)
      throws IOException {
    byte[] message = new byte[32];
    try {
      String algorithm =
          switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
          };
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(message);
      byte[] signed = signature.sign();
      signature.initVerify(certified);
      signature.update(message);
      if (signature.verify(signed)) {
        return;
      }
    } catch (GeneralSecurityException _) {
      // Of different kinds, so no pair either.
    }
    throw new IOException(what + ": the key is not the certificate's (expected: a pair)");
  }

  private @Nullable String alias(String... keyTypes) {
    Version version = current;
    if (version != null) {
      for (String type : keyTypes) {
        if (version.key().getAlgorithm().equals(type)) {
          return version.alias();
        }
      }
    }
    return null;
  }

  private @Nullable Version version(@Nullable String alias) {
    Version now = current;
    Version before = previous;
    if (now != null && now.alias().equals(alias)) {
      return now;
    }
    return before != null && before.alias().equals(alias) ? before : null;
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return alias(keyType);
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return alias(keyType);
  }

  @Override
  public @Nullable String chooseEngineClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return alias(keyTypes);
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return alias(keyTypes);
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return aliases(keyType);
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return aliases(keyType);
  }

  private String @Nullable [] aliases(String keyType) {
    String alias = alias(keyType);
    return alias == null ? null : new String[] {alias};
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(@Nullable String alias) {
    Version version = version(alias);
    return version == null ? null : version.chain().clone();
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(@Nullable String alias) {
    Version version = version(alias);
    return version == null ? null : version.key();
  }
}
