package dev.headgate.exporters.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

/// The test certificate of `localhost`, which is its own authority, and its key.
final class TestTls {
  private TestTls() {}

  static KeyStore keyStore() throws Exception {
    try (InputStream crt = TestTls.class.getResourceAsStream("localhost.crt");
        InputStream key = TestTls.class.getResourceAsStream("localhost.key")) {
      Certificate certificate = CertificateFactory.getInstance("X.509").generateCertificate(crt);
      String pem = new String(key.readAllBytes(), StandardCharsets.US_ASCII);
      byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
      PrivateKey secret =
          KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("own", secret, new char[0], new Certificate[] {certificate});
      store.setCertificateEntry("trusted", certificate);
      return store;
    }
  }

  static ServerSocketFactory sockets(SSLContext context, boolean clientCertificate) {
    ServerSocketFactory plain = context.getServerSocketFactory();
    return new ServerSocketFactory() {
      private ServerSocket with(ServerSocket socket) {
        ((SSLServerSocket) socket).setNeedClientAuth(clientCertificate);
        return socket;
      }

      @Override
      public ServerSocket createServerSocket() throws IOException {
        return plain.createServerSocket();
      }

      @Override
      public ServerSocket createServerSocket(int port) throws IOException {
        return with(plain.createServerSocket(port));
      }

      @Override
      public ServerSocket createServerSocket(int port, int backlog) throws IOException {
        return with(plain.createServerSocket(port, backlog));
      }

      @Override
      public ServerSocket createServerSocket(int port, int backlog, InetAddress address)
          throws IOException {
        return with(plain.createServerSocket(port, backlog, address));
      }
    };
  }
}
