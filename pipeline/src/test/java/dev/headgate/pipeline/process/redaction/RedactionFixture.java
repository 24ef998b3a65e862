package dev.headgate.pipeline.process.redaction;

import dev.headgate.config.ComponentId;
import dev.headgate.config.RedactionConfig;
import dev.headgate.config.RedactionConfig.Action;
import dev.headgate.config.RedactionConfig.Coverage;
import dev.headgate.config.RedactionConfig.DbSanitizer;
import dev.headgate.config.RedactionConfig.HashFunction;
import dev.headgate.config.RedactionConfig.Hashing;
import dev.headgate.config.RedactionConfig.KeyedTexts;
import dev.headgate.config.RedactionConfig.Mode;
import dev.headgate.config.RedactionConfig.Summary;
import dev.headgate.config.RedactionConfig.UrlSanitizer;
import dev.headgate.config.RulePack;
import dev.headgate.config.Secret;
import dev.headgate.config.Signal;
import dev.headgate.pipeline.memory.SpareBytes;
import dev.headgate.pipeline.payload.Payload;
import dev.headgate.pipeline.payload.Tenant;
import dev.headgate.pipeline.process.ChainContext;
import dev.headgate.pipeline.process.LendingContext;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A redaction processor with a registry of its own.
final class RedactionFixture {
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final ChainContext context = LendingContext.create();
  private final RedactionProcessor processor;

  RedactionFixture(RedactionConfig config) {
    processor =
        new RedactionProcessor(
            ComponentId.parse("redaction/test"), config, new RedactionMetrics(registry));
  }

  Payload process(Payload payload) {
    return processor.process(payload, context);
  }

  /// What comes out; the identical array when nothing was changed.
  @SuppressWarnings("ReferenceEquality")
  byte[] process(Signal signal, byte[] bytes) {
    Payload payload = payload(signal, bytes);
    Payload processed = process(payload);
    return processed == payload ? bytes : processed.bytes().toArray();
  }

  static Payload payload(Signal signal, byte[] bytes) {
    return new Payload(signal, Tenant.NONE, SpareBytes.of(bytes), 1);
  }

  /// The hits that are not 0, by `rule place`.
  Map<String, Integer> hits() {
    Map<String, Integer> hits = new TreeMap<>();
    for (CounterDataPointSnapshot point : points()) {
      if (point.getValue() > 0) {
        hits.put(
            point.getLabels().get("rule") + " " + point.getLabels().get("place"),
            (int) point.getValue());
      }
    }
    return hits;
  }

  List<CounterDataPointSnapshot> points() {
    return registry.scrape().stream()
        .filter(CounterSnapshot.class::isInstance)
        .map(CounterSnapshot.class::cast)
        .flatMap(snapshot -> snapshot.getDataPoints().stream())
        .toList();
  }

  /// A configuration that allows all keys and blocks nothing.
  static Settings settings() {
    return new Settings();
  }

  /// Collects the keys of a configuration.
  static final class Settings {
    private static final String KEY =
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    private boolean allowAllKeys = true;
    private List<String> allowedKeys = List.of();
    private List<String> ignoredKeys = List.of();
    private List<String> ignoredKeyPatterns = List.of();
    private List<String> allowedValues = List.of();
    private boolean allTypes;
    private HashFunction function = HashFunction.HMAC_SHA256;
    private Summary summary = Summary.SILENT;
    private List<String> blockedKeyPatterns = List.of();
    private List<String> blockedKeys = List.of();
    private List<String> blockedValues = List.of();
    private Action action = Action.MASK;
    private String replacement = "****";
    private Mode mode = Mode.ENFORCE;
    private Coverage coverage = Coverage.ALL;
    private List<RulePack> rulePacks = List.of();
    private @Nullable UrlSanitizer urls;
    private @Nullable DbSanitizer databases;
    private KeyedTexts keyed = KeyedTexts.NONE;

    Settings allowOnly(String... keys) {
      allowAllKeys = false;
      allowedKeys = List.of(keys);
      return this;
    }

    Settings ignore(String... keys) {
      ignoredKeys = List.of(keys);
      return this;
    }

    Settings ignorePatterns(String... patterns) {
      ignoredKeyPatterns = List.of(patterns);
      return this;
    }

    Settings allowValues(String... patterns) {
      allowedValues = List.of(patterns);
      return this;
    }

    Settings allTypes() {
      allTypes = true;
      return this;
    }

    Settings hash(HashFunction value) {
      action = Action.HASH;
      function = value;
      return this;
    }

    Settings summary(Summary value) {
      summary = value;
      return this;
    }

    Settings blockPatterns(String... patterns) {
      blockedKeyPatterns = List.of(patterns);
      return this;
    }

    Settings blockKeys(String... globs) {
      blockedKeys = List.of(globs);
      return this;
    }

    Settings blockValues(String... patterns) {
      blockedValues = List.of(patterns);
      return this;
    }

    Settings action(Action value) {
      action = value;
      return this;
    }

    Settings replacement(String value) {
      replacement = value;
      return this;
    }

    Settings mode(Mode value) {
      mode = value;
      return this;
    }

    Settings coverage(Coverage value) {
      coverage = value;
      return this;
    }

    Settings rulePacks(RulePack... packs) {
      rulePacks = List.of(packs);
      return this;
    }

    Settings urls(UrlSanitizer value) {
      urls = value;
      return this;
    }

    Settings databases(@Nullable DbSanitizer value) {
      databases = value;
      return this;
    }

    Settings keyed(KeyedTexts value) {
      keyed = value;
      return this;
    }

    RedactionConfig config() {
      return new RedactionConfig(
          new RedactionConfig.Keys(
              allowAllKeys,
              allowedKeys,
              ignoredKeys,
              ignoredKeyPatterns,
              blockedKeyPatterns,
              blockedKeys),
          new RedactionConfig.Values(blockedValues, allowedValues, allTypes, rulePacks),
          action,
          replacement,
          action == Action.HASH
              ? new Hashing(
                  function, new Secret(KEY.substring(0, Math.max(function.minKeyBytes(), 1))))
              : null,
          urls,
          databases,
          keyed,
          summary,
          mode,
          coverage);
    }

    RedactionFixture start() {
      return new RedactionFixture(config());
    }
  }
}
