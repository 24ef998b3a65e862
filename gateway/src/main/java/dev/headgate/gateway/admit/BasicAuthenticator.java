package dev.headgate.gateway.admit;

import dev.headgate.config.BasicServerAuthConfig;
import dev.headgate.config.Secret;
import dev.headgate.gateway.admit.password.Htpasswd;
import dev.headgate.pipeline.files.FileWatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Admits users by their passwords (RFC 7617). Good password hashes take milliseconds: they are
/// computed on one thread beside the event loops, for few requests at a time, and once for each
/// user that is admitted, after whom a keyed hash of what was shown is enough.
///
/// **Threading:** any thread.
///
/// **Ownership:** owns a thread and watches a file until it is closed.
final class BasicAuthenticator implements Authenticator {
  private static final Logger LOG = LoggerFactory.getLogger(BasicAuthenticator.class);
  private static final String PREFIX = "Basic ";
  private static final int MAX_WAITING = 64;
  private static final int MAX_REMEMBERED = 4096;

  private final FileWatch.Watched watched;
  private final ThreadPoolExecutor slow;
  private final SecretKeySpec key;
  private volatile Users users = new Users(Htpasswd.parse("", _ -> {}));

  /// Users, and what those showed who were admitted.
  private static final class Users {
    final Htpasswd passwords;
    final Set<ByteBuffer> remembered = ConcurrentHashMap.newKeySet();

    Users(Htpasswd passwords) {
      this.passwords = passwords;
    }
  }

  /// What was shown.
  private record Credentials(String user, byte[] password) {}

  BasicAuthenticator(BasicServerAuthConfig config, FileWatch files) throws IOException {
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    this.key = new SecretKeySpec(random, "HmacSHA256");
    this.slow =
        new ThreadPoolExecutor(
            1,
            1,
            10,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MAX_WAITING),
            task -> {
              Thread thread = new Thread(task, "headgate-passwords");
              thread.setDaemon(true);
              return thread;
            });
    slow.allowCoreThreadTimeOut(true);
    Secret inline = config.inline();
    Path file = config.file();
    this.watched =
        files.watch(
            "basicauth",
            file == null ? List.of() : List.of(file),
            FileWatch.USUAL_INTERVAL,
            contents -> {
              String text =
                  contents.isEmpty()
                      ? ""
                      : new String(contents.getFirst(), StandardCharsets.UTF_8) + "\n";
              use(text + (inline == null ? "" : inline.reveal()));
            });
  }

  private void use(String text) throws IOException {
    Htpasswd passwords = Htpasswd.parse(text, why -> LOG.warn("basicauth: htpasswd: {}", why));
    if (passwords.size() == 0) {
      throw new IOException("basicauth: htpasswd: no user (expected: lines user:password)");
    }
    users = new Users(passwords);
  }

  @Override
  public String header() {
    return "authorization";
  }

  @Override
  public String challenge() {
    return "Basic realm=\"otlp\", charset=\"UTF-8\"";
  }

  @Override
  public @Nullable Verdict verdictNow(@Nullable String value) {
    Credentials credentials = value == null ? null : parse(value);
    if (value == null || credentials == null) {
      return Verdict.REFUSED;
    }
    Users now = users;
    if (!now.passwords.isSlow(credentials.user())) {
      return verdict(now, credentials);
    }
    return now.remembered.contains(keyed(value)) ? Verdict.ADMITTED : null;
  }

  private static Verdict verdict(Users users, Credentials credentials) {
    return users.passwords.matches(credentials.user(), credentials.password())
        ? Verdict.ADMITTED
        : Verdict.REFUSED;
  }

  @Override
  public void verdictLater(String value, Consumer<Verdict> onVerdict) {
    try {
      slow.execute(() -> onVerdict.accept(find(value)));
    } catch (RejectedExecutionException _) {
      onVerdict.accept(Verdict.BUSY);
    }
  }

  private Verdict find(String value) {
    Credentials credentials = parse(value);
    Users now = users;
    ByteBuffer keyed = keyed(value);
    if (credentials == null) {
      return Verdict.REFUSED;
    }
    if (now.remembered.contains(keyed)) {
      return Verdict.ADMITTED;
    }
    Verdict verdict = verdict(now, credentials);
    if (verdict == Verdict.ADMITTED && now.remembered.size() < MAX_REMEMBERED) {
      now.remembered.add(keyed);
    }
    return verdict;
  }

  /// Nobody without the key, which never leaves this object, can tell what was hashed.
  private ByteBuffer keyed(String value) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return ByteBuffer.wrap(mac.doFinal(value.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static @Nullable Credentials parse(String value) {
    if (!value.regionMatches(true, 0, PREFIX, 0, PREFIX.length())) {
      return null;
    }
    byte[] pair;
    try {
      pair = Base64.getDecoder().decode(value.substring(PREFIX.length()).strip());
    } catch (IllegalArgumentException _) {
      return null;
    }
    int colon = 0;
    while (colon < pair.length && pair[colon] != ':') {
      colon++;
    }
    if (colon == pair.length) {
      return null;
    }
    return new Credentials(
        new String(pair, 0, colon, StandardCharsets.UTF_8),
        Arrays.copyOfRange(pair, colon + 1, pair.length));
  }

  @Override
  public void close() {
    watched.close();
    slow.shutdown();
  }
}
