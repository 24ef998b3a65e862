package dev.headgate.gateway.admit;

import dev.headgate.config.BasicServerAuthConfig;
import dev.headgate.config.Secret;
import dev.headgate.gateway.admit.Authenticator.Verdict;
import dev.headgate.gateway.admit.password.Htpasswd;
import dev.headgate.pipeline.files.FileWatch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Admits users by their passwords (RFC 7617). Good password hashes take milliseconds: they are
/// computed on one thread beside the event loops, for few requests at a time, whoever sends them,
/// and once for each user that is admitted, after whom a keyed hash of what was shown is enough.
///
/// **Threading:** any thread.
///
/// **Ownership:** owns a thread and watches a file until it is closed.
final class BasicScheme implements AuthScheme {
  private static final Logger LOG = LoggerFactory.getLogger(BasicScheme.class);
  private static final String PREFIX = "Basic ";
  private static final int MAX_WAITING = 64;
  private static final int MAX_SHOWN_LINES = 3;

  private final FileWatch.Watched watched;
  private final ThreadPoolExecutor slow;
  private final SecretKeySpec key;
  private volatile Users users = new Users(Htpasswd.parse("", _ -> {}));

  /// Users, and a keyed hash of what each showed who was admitted.
  private static final class Users {
    final Htpasswd passwords;
    final Map<String, byte[]> remembered = new ConcurrentHashMap<>();

    Users(Htpasswd passwords) {
      this.passwords = passwords;
    }
  }

  /// What was shown.
  ///
  /// @param pair user, colon and password
  private record Credentials(String user, byte[] password, byte[] pair) {}

  BasicScheme(BasicServerAuthConfig config, FileWatch files) throws IOException {
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
    List<String> unusable = new ArrayList<>();
    Htpasswd passwords = Htpasswd.parse(text, unusable::add);
    if (passwords.size() == 0) {
      // A file like this is looked at again every second: who watches it logs what is new.
      throw new IOException(
          "basicauth: htpasswd: no user (expected: lines user:password)" + shown(unusable));
    }
    if (!unusable.isEmpty()) {
      LOG.warn("basicauth: htpasswd: not used{}", shown(unusable));
    }
    users = new Users(passwords);
  }

  /// The first of some complaints, and how many there are.
  private static String shown(List<String> complaints) {
    if (complaints.isEmpty()) {
      return "";
    }
    int more = complaints.size() - MAX_SHOWN_LINES;
    return ": "
        + String.join("; ", complaints.subList(0, Math.min(MAX_SHOWN_LINES, complaints.size())))
        + (more > 0 ? "; and " + more + " more" : "");
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
    if (now.passwords.matchesAtOnce(credentials.user(), credentials.password())) {
      return Verdict.ADMITTED;
    }
    if (!now.passwords.isSlow()) {
      return Verdict.REFUSED;
    }
    return isRemembered(now, credentials) ? Verdict.ADMITTED : null;
  }

  private boolean isRemembered(Users users, Credentials credentials) {
    byte[] before = users.remembered.get(credentials.user());
    return before != null && MessageDigest.isEqual(before, keyed(credentials));
  }

  @Override
  public Executor beside() {
    return slow;
  }

  @Override
  public Verdict verdict(String value) {
    Credentials credentials = parse(value);
    Users now = users;
    if (credentials == null) {
      return Verdict.REFUSED;
    }
    if (isRemembered(now, credentials)) {
      return Verdict.ADMITTED;
    }
    if (!now.passwords.matches(credentials.user(), credentials.password())) {
      return Verdict.REFUSED;
    }
    now.remembered.put(credentials.user(), keyed(credentials));
    return Verdict.ADMITTED;
  }

  /// Nobody without the key, which never leaves this object, can tell what was hashed.
  private byte[] keyed(Credentials credentials) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return mac.doFinal(credentials.pair());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /// What a header says; null when it says nothing that could ever be admitted.
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
    if (colon == pair.length || pair.length - colon - 1 > Htpasswd.MAX_PASSWORD_BYTES) {
      return null;
    }
    return new Credentials(
        new String(pair, 0, colon, StandardCharsets.UTF_8),
        Arrays.copyOfRange(pair, colon + 1, pair.length),
        pair);
  }

  @Override
  public void close() {
    watched.close();
    slow.shutdown();
  }
}
