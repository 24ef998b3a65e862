package dev.headgate.gateway;

import dev.headgate.config.GatewayConfig;
import dev.headgate.config.load.ConfigException;
import dev.headgate.config.load.LoadResult;
import dev.headgate.config.load.Problem;
import dev.headgate.gateway.admin.Answer;
import dev.headgate.gateway.admin.AuditEvent;
import dev.headgate.gateway.admin.AuditLog;
import dev.headgate.gateway.admin.Caller;
import dev.headgate.gateway.admin.ConfigMetrics;
import dev.headgate.gateway.admin.Request;
import dev.headgate.gateway.log.JsonLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads the configuration again, has the gateway go over to it, and says what came of it: to the
/// log, to the metrics and to whoever asked. One at a time.
///
/// **Threading:** any thread; whoever comes while another reload runs waits for it and then does
/// its own.
final class Reload {
  private static final Logger LOG = LoggerFactory.getLogger(Reload.class);
  private static final int HASH_CHARS = 16;

  private final ConfigSupplier source;
  private final Ways ways;
  private final ConfigMetrics metrics;
  private final AuditLog audit;
  private final ReentrantLock running = new ReentrantLock(true);
  private GatewayConfig current;
  private String hash;

  /// What there is to reload.
  interface Ways {
    /// Goes over to a configuration, or throws and leaves everything as it was.
    ///
    /// @throws AssemblyException with everything that cannot be
    /// @throws IOException when nothing can be changed any more
    void change(GatewayConfig config) throws IOException;

    /// Looks at the files that the configuration names.
    void lookAtFiles();
  }

  /// What came of a reload.
  sealed interface Outcome {
    /// Another configuration is in force.
    record Applied(String hash, ConfigDiff diff) implements Outcome {}

    /// It is the one that runs.
    record Unchanged(String hash) implements Outcome {}

    /// It cannot be; the old one runs on.
    record Rejected(String hash, List<Problem> problems) implements Outcome {}

    /// The gateway can change nothing any more.
    record Stopping() implements Outcome {}
  }

  /// @param first what runs
  /// @param source reads again
  Reload(
      LoadResult first, ConfigSupplier source, Ways ways, ConfigMetrics metrics, AuditLog audit) {
    this.audit = audit;
    this.source = source;
    this.ways = ways;
    this.metrics = metrics;
    this.current = first.config();
    this.hash = hash(first);
    metrics.succeeded(hash);
  }

  /// Of what `print-config` shows, so that replicas can be compared and no secret can be guessed
  /// from it.
  private static String hash(LoadResult loaded) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(loaded.maskedYaml().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest).substring(0, HASH_CHARS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256: missing (expected: in every JDK)", e);
    }
  }

  /// `POST /-/reload`.
  Answer post(Request request) {
    return ReloadAnswer.of(reload("POST /-/reload", request.caller()), request.wantsJson());
  }

  /// Reloads.
  ///
  /// @param trigger what asked for it, for the log
  /// @param caller who asked for it, for the audit log
  Outcome reload(String trigger, Caller caller) {
    running.lock();
    try {
      LOG.info("reload ({}): reading the configuration", trigger);
      String before = hash;
      AuditLog.Place place = audit.place();
      Outcome outcome = attempt();
      tell(outcome);
      var _ = audit.write(entry(outcome, caller, before), place);
      return outcome;
    } finally {
      running.unlock();
    }
  }

  private Outcome attempt() {
    LoadResult loaded;
    try {
      loaded = source.load();
    } catch (ConfigException e) {
      return new Outcome.Rejected(hash, e.problems());
    } catch (RuntimeException e) {
      return bug(e);
    }
    GatewayConfig before = current;
    GatewayConfig next = loaded.config();
    String nextHash = hash(loaded);
    if (next.equals(before)) {
      hash = nextHash;
      lookAtFiles();
      return new Outcome.Unchanged(hash);
    }
    try {
      ways.change(next);
    } catch (AssemblyException e) {
      return new Outcome.Rejected(hash, problems(loaded, e));
    } catch (IOException e) {
      return new Outcome.Stopping();
    } catch (RuntimeException e) {
      return bug(e);
    }
    // Whatever fails from here on, this is what runs.
    current = next;
    hash = nextHash;
    lookAtFiles();
    loaded.notices().forEach(notice -> LOG.info("config: {}", notice));
    JsonLog.level(next.service().telemetry().logLevel());
    return new Outcome.Applied(hash, ConfigDiff.between(before, next));
  }

  private Outcome bug(RuntimeException e) {
    LOG.error("reload: failed", e);
    Problem problem = new Problem("configuration", 0, "", "failed: " + e.getClass().getName());
    return new Outcome.Rejected(hash, List.of(problem));
  }

  /// Files that cannot be looked at now are looked at again when it is their time.
  private void lookAtFiles() {
    try {
      ways.lookAtFiles();
    } catch (RuntimeException e) {
      LOG.error("reload: the files that the configuration names could not be looked at", e);
    }
  }

  private static List<Problem> problems(LoadResult loaded, AssemblyException e) {
    return e.faults().stream().map(fault -> loaded.problem(fault.keys(), fault.message())).toList();
  }

  private AuditEvent entry(Outcome outcome, Caller caller, String before) {
    AuditEvent.Outcome result =
        switch (outcome) {
          case Outcome.Applied _ -> AuditEvent.Outcome.DONE;
          case Outcome.Unchanged _ -> AuditEvent.Outcome.UNCHANGED;
          case Outcome.Rejected _, Outcome.Stopping _ -> AuditEvent.Outcome.REFUSED;
        };
    Map<String, String> metadata =
        switch (outcome) {
          case Outcome.Applied applied ->
              Map.of(
                  "added", String.join(",", applied.diff().added()),
                  "changed", String.join(",", applied.diff().changed()),
                  "removed", String.join(",", applied.diff().removed()));
          case Outcome.Rejected rejected ->
              Map.of("problems", Integer.toString(rejected.problems().size()));
          case Outcome.Unchanged _, Outcome.Stopping _ -> Map.of();
        };
    return new AuditEvent(AuditEvent.Action.RELOAD, caller, result, before, hash, metadata);
  }

  private void tell(Outcome outcome) {
    switch (outcome) {
      case Outcome.Applied applied -> {
        metrics.succeeded(applied.hash());
        LOG.info("reload: done: {} (configuration {})", applied.diff(), applied.hash());
      }
      case Outcome.Unchanged unchanged -> {
        metrics.succeeded(unchanged.hash());
        LOG.info("reload: nothing changed (configuration {})", unchanged.hash());
      }
      case Outcome.Rejected rejected -> {
        metrics.failed();
        LOG.error(
            "reload: refused, configuration {} runs on; problems: {}",
            rejected.hash(),
            rejected.problems().size());
        rejected.problems().forEach(problem -> LOG.error("reload: {}", problem));
      }
      case Outcome.Stopping _ -> {
        metrics.failed();
        LOG.warn("reload: not while the gateway stops");
      }
    }
  }
}
