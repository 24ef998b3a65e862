package dev.headgate.pipeline.tls;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// Trusts the authorities of the moment.
///
/// **Threading:** any thread.
final class Trust extends X509ExtendedTrustManager {
  private volatile @Nullable X509ExtendedTrustManager current;

  private X509ExtendedTrustManager current() throws CertificateException {
    X509ExtendedTrustManager now = current;
    if (now == null) {
      throw new CertificateException("no authorities yet");
    }
    return now;
  }

  /// Trusts others from now on.
  void use(X509ExtendedTrustManager other) {
    current = other;
  }

  /// Trusts what the Java runtime trusts.
  static X509ExtendedTrustManager system() throws IOException {
    return manager(null);
  }

  /// Trusts authorities.
  ///
  /// @param systemToo whether those of the Java runtime as well
  static X509ExtendedTrustManager of(List<X509Certificate> authorities, boolean systemToo)
      throws IOException {
    List<X509Certificate> all = new ArrayList<>(authorities);
    if (systemToo) {
      all.addAll(List.of(system().getAcceptedIssuers()));
    }
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      for (int i = 0; i < all.size(); i++) {
        store.setCertificateEntry("authority-" + i, all.get(i));
      }
      return manager(store);
    } catch (GeneralSecurityException e) {
      throw new IOException("certificates: not usable (expected: X.509 authorities)", e);
    }
  }

  private static X509ExtendedTrustManager manager(@Nullable KeyStore store) throws IOException {
    try {
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(store);
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509ExtendedTrustManager extended) {
          return extended;
        }
      }
    } catch (GeneralSecurityException e) {
      throw new IOException("certificates: not usable (expected: X.509 authorities)", e);
    }
    throw new IOException("certificates: no way to check them in this Java runtime");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    current().checkClientTrusted(chain, type, socket);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    current().checkServerTrusted(chain, type, socket);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    current().checkClientTrusted(chain, type, engine);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    current().checkServerTrusted(chain, type, engine);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    current().checkClientTrusted(chain, type);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    current().checkServerTrusted(chain, type);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    X509ExtendedTrustManager now = current;
    return now == null ? new X509Certificate[0] : now.getAcceptedIssuers();
  }

  /// Trusts everybody, for `insecure_skip_verify`. An extended manager is not wrapped by the JDK
  /// into one that checks names after all.
  static final class Blind extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
