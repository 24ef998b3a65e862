package dev.headgate.gateway;

import dev.headgate.config.AdminConfig;
import dev.headgate.config.AdminRole;
import dev.headgate.config.GatewayConfig;
import dev.headgate.config.load.LoadResult;
import dev.headgate.gateway.admin.Access;
import dev.headgate.gateway.admin.AdminServer.Site;
import dev.headgate.gateway.admin.Answer;
import dev.headgate.gateway.admin.AuditEvent;
import dev.headgate.gateway.admin.AuditLog;
import dev.headgate.gateway.admin.Caller;
import dev.headgate.gateway.admin.ConfigMetrics;
import dev.headgate.gateway.admin.MetricsPage;
import dev.headgate.gateway.admin.Page;
import dev.headgate.gateway.admin.ProcessMetrics;
import dev.headgate.gateway.ops.Monitor;
import dev.headgate.gateway.ops.OpsPage;
import dev.headgate.gateway.ops.Overview;
import dev.headgate.gateway.ops.TapPage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What operators can look at and do: the pages beside the metrics, who may open them, and the
/// record of what was done.
///
/// **Threading:** any thread; [#prepare], [#begin], [#enter] and [#stopping] with the gateway's
/// starts, changes and stops.
final class Operator {
  private final Core core;
  private final String version;
  private final MetricsPage metrics;
  private final Monitor monitor;
  private final Overview overview;
  private final TapPage tap;
  private final @Nullable ConfigMetrics configMetrics;
  private final @Nullable Reload reload;
  private final StrangerEntries strangers;

  /// @param first what was read, null for a gateway that has one configuration for its life
  /// @param source reads it again, null likewise
  /// @param ways what a reload does
  /// @param config what runs
  Operator(
      Core core,
      String version,
      @Nullable LoadResult first,
      @Nullable ConfigSupplier source,
      Reload.Ways ways,
      Supplier<GatewayConfig> config) {
    this.core = core;
    this.version = version;
    this.strangers = new StrangerEntries(core.clock);
    boolean withTypeSuffix = config.get().service().telemetry().withTypeSuffix();
    ProcessMetrics.register(core.registry, core.clock, version, withTypeSuffix);
    metrics = new MetricsPage(core.registry, withTypeSuffix);
    if (first == null || source == null) {
      configMetrics = null;
      reload = null;
    } else {
      configMetrics = new ConfigMetrics(core.registry, core.wallClock);
      reload = new Reload(first, source, ways, configMetrics, core.audit);
    }
    ConfigMetrics.State fixed = new ConfigMetrics.State("", core.wallClock.instant(), true);
    Supplier<ConfigMetrics.State> state =
        configMetrics == null ? () -> fixed : configMetrics::state;
    monitor =
        new Monitor(
            core.registry, core.ledger, core.clock, core.wallClock, () -> state.get().current());
    tap = new TapPage(core.tap, core.clock, core.audit, () -> state.get().hash());
    overview = new Overview(monitor, core.health, config, state, version, core.wallClock);
  }

  /// What reads the configuration again, null when there is one for life.
  @Nullable Reload reload() {
    return reload;
  }

  /// What a configuration serves beside its metrics, and to whom.
  ///
  /// @throws IOException when a file of tokens or the audit log cannot be used
  Site site(GatewayConfig config) throws IOException {
    AdminConfig admin = config.service().telemetry().admin();
    Path auditLog = admin == null ? null : admin.auditLog();
    if (auditLog != null) {
      AuditLog.check(auditLog);
    }
    Access access =
        admin == null
            ? Access.nobody(core.accessMetrics)
            : Access.of(admin, core.accessMetrics, this::tokensChanged);
    return new Site(pages(admin != null), access, this::denied);
  }

  private Map<String, Page> pages(boolean withOperators) {
    Map<String, Page> pages = new HashMap<>();
    pages.put(
        "/metrics",
        Page.openAndMade(_ -> new Answer(200, MetricsPage.CONTENT_TYPE, metrics.render())));
    pages.put("/livez", Page.open(_ -> core.health.live()));
    pages.put("/readyz", Page.open(_ -> core.health.ready()));
    if (reload != null) {
      // Without a word about operators it is open, as ever: it reads the operator's own files.
      AdminRole needed = withOperators ? AdminRole.ADMIN : AdminRole.NONE;
      pages.put("/-/reload", Page.action(needed, AuditEvent.Action.RELOAD, reload::post));
    }
    if (withOperators) {
      pages.putAll(OpsPage.pages());
      pages.put("/admin/tap", Page.audited(AuditEvent.Action.TAP, TapPage.PARAMETERS, tap::answer));
      pages.put(
          "/admin/ops/overview",
          Page.view(AdminRole.VIEWER, Overview.PARAMETERS, overview::answer));
    }
    return pages;
  }

  /// Somebody asked for what they may not do.
  private void denied(Page page, Caller caller) {
    AuditEvent.Action action = page.audited();
    if (action == null) {
      return;
    }
    boolean known = caller.way() != Caller.Way.STRANGER;
    long leftOut = known ? 0 : strangers.tryWrite();
    if (leftOut >= 0) {
      Map<String, String> metadata =
          leftOut == 0 ? Map.of() : Map.of("left_out", Long.toString(leftOut));
      String hash = fingerprint();
      var _ =
          core.audit.write(
              new AuditEvent(action, caller, AuditEvent.Outcome.DENIED, hash, hash, metadata));
    }
  }

  private void tokensChanged(String client, int before, int after) {
    write(
        AuditEvent.Action.TOKENS,
        fingerprint(),
        Map.of(
            "client", client,
            "tokens_before", Integer.toString(before),
            "tokens_after", Integer.toString(after)));
  }

  /// The first configuration is about to be: nothing that is done from now on goes elsewhere than
  /// into its audit log.
  void prepare(GatewayConfig config) {
    AdminConfig admin = config.service().telemetry().admin();
    core.audit.use(new AuditLog.Place(admin == null ? null : admin.auditLog()));
  }

  /// A configuration is in force.
  void enter(GatewayConfig config) {
    prepare(config);
    monitor.run(config.service().telemetry().admin() != null);
  }

  /// The gateway takes data by its first configuration.
  void begin(GatewayConfig config) {
    enter(config);
    write(AuditEvent.Action.START, "", Map.of("version", version));
  }

  /// The gateway stops.
  void stopping() {
    write(AuditEvent.Action.STOP, fingerprint(), Map.of());
    monitor.close();
  }

  /// Of a gateway that has one configuration for its life nobody needs to know these.
  private void write(AuditEvent.Action action, String before, Map<String, String> metadata) {
    if (configMetrics != null) {
      Caller self = Caller.process("headgate");
      var _ =
          core.audit.write(
              new AuditEvent(
                  action, self, AuditEvent.Outcome.DONE, before, fingerprint(), metadata));
    }
  }

  private String fingerprint() {
    return configMetrics == null ? "" : configMetrics.state().hash();
  }
}
